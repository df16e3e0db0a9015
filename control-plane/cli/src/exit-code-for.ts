import { CorpusmillApiError, RequestTimeoutError, ServerUnreachableError } from '@corpusmill/client';

import { CliError, EXIT } from './errors.js';
import type { ExitCode } from './errors.js';

const EXIT_BY_STATUS: Readonly<Record<number, ExitCode>> = {
  400: EXIT.usage,
  401: EXIT.auth,
  403: EXIT.auth,
  404: EXIT.notFound,
  409: EXIT.conflict,
  410: EXIT.notFound,
  412: EXIT.conflict,
  422: EXIT.usage,
  428: EXIT.conflict,
  429: EXIT.unavailable,
  502: EXIT.unavailable,
  503: EXIT.unavailable,
  504: EXIT.unavailable,
};

/** The exit code of an error: the error's own, or that of the server's status. */
export function exitCodeFor(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof CorpusmillApiError) return EXIT_BY_STATUS[error.status] ?? EXIT.failed;
  if (error instanceof RequestTimeoutError) return EXIT.timeout;
  return error instanceof ServerUnreachableError ? EXIT.unavailable : EXIT.failed;
}
