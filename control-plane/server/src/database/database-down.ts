import { errorCodeOf, messageOf } from '../common/error-code.js';

/** SQLSTATE classes and socket errors that say that Postgres cannot be reached, is going down or hung up on us. */
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);
const DOWN_STATES = new Set(['57P01', '57P02', '57P03', '53300', '25P03']);
const DOWN_MESSAGE =
  /connection terminated|connection ended|timeout exceeded when trying to connect|not queryable/i;

export function isDatabaseDown(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (isDownCode(errorCodeOf(error) ?? '') || DOWN_MESSAGE.test(messageOf(error))) return true;
  const inner = [
    ...('errors' in error && Array.isArray(error.errors) ? error.errors : []),
    ...('cause' in error && error.cause !== error ? [error.cause] : []),
  ];
  return inner.some(isDatabaseDown);
}

function isDownCode(code: string): boolean {
  return SOCKET_CODES.has(code) || DOWN_STATES.has(code) || code.startsWith('08');
}
