export { CorpusmillClient } from './client.js';
export type { ClientOptions, FileAddress, FileRange, LogSlice, PageQuery } from './client.js';
export {
  CorpusmillApiError,
  CorpusmillError,
  parseProblem,
  reasonOf,
  RequestTimeoutError,
  ServerUnreachableError,
} from './errors.js';
export type { ApiProblem, RequestProblem } from './errors.js';
export { DEFAULT_RETRY, retryDelayMs } from './retry.js';
export type { RetryPolicy } from './retry.js';
export type * from './types.js';
