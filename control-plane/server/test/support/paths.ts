import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the workspace `server`, wherever the tests are started. */
export const SERVER_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
