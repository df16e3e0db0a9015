import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout: four folders above this file, in `src` and in `dist` alike. */
export const REPOSITORY_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
