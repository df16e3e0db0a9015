/** SQLSTATE classes and socket errors that say that Postgres cannot be reached or is going down. */
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
const DOWN_STATES = new Set(['57P01', '57P02', '57P03', '53300']);
const DOWN_MESSAGE = /connection terminated|connection ended|timeout exceeded when trying to connect|not queryable/i;

export function isDatabaseDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (SOCKET_CODES.has(code) || DOWN_STATES.has(code) || code.startsWith('08')) return true;
  if (DOWN_MESSAGE.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some(isDatabaseDown)) return true;
  return error.cause !== undefined && error.cause !== error && isDatabaseDown(error.cause);
}
