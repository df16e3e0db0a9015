import { CorpusmillApiError, RequestTimeoutError, ServerUnreachableError } from '@corpusmill/client';

import { CliError, EXIT } from './errors.js';
import type { ExitCode } from './errors.js';

/** The exit code of an error: the error's own, or that of the server's status. */
export function exitCodeFor(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof CorpusmillApiError) return exitCodeForStatus(error.status);
  if (error instanceof RequestTimeoutError) return EXIT.timeout;
  return error instanceof ServerUnreachableError ? EXIT.unavailable : EXIT.failed;
}

function exitCodeForStatus(status: number): ExitCode {
  if (status === 400 || status === 422) return EXIT.usage;
  if (status === 401 || status === 403) return EXIT.auth;
  if (status === 404 || status === 410) return EXIT.notFound;
  if (status === 409 || status === 412 || status === 428) return EXIT.conflict;
  if (status === 429 || status === 502 || status === 503 || status === 504) return EXIT.unavailable;
  return EXIT.failed;
}
