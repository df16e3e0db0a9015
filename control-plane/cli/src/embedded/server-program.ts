import { createRequire } from 'node:module';

import { CliError, EXIT } from '../errors.js';

/** Path of the server's program, as installed beside this package. */
export function serverProgram(): string {
  try {
    return createRequire(import.meta.url).resolve('@corpusmill/server/main');
  } catch (error) {
    throw new CliError('NOT_BUILT', EXIT.failed, 'the server is not built yet; run "npm run setup"', {
      cause: error,
    });
  }
}
