import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { CliError, EXIT } from '../errors.js';

/** Path of the server's program, as installed beside this package. */
export function serverProgram(): string {
  const path = fileURLToPath(import.meta.resolve('@corpusmill/server/main'));
  if (existsSync(path)) return path;
  throw new CliError('NOT_BUILT', EXIT.failed, 'the server is not built yet; run "npm run setup"');
}
