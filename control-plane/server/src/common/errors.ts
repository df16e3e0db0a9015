/** Codes of docs/contracts/error-codes.md that the API answers with. */
export const HTTP_STATUS_BY_CODE = {
  RECIPE_INVALID: 422,
  REQUEST_INVALID: 400,
  UNAUTHENTICATED: 401,
  HOST_NOT_ALLOWED: 403,
  RUN_NOT_FOUND: 404,
  STEP_NOT_FOUND: 404,
  RECIPE_NOT_FOUND: 404,
  DATASET_NOT_FOUND: 404,
  DATASET_VERSION_NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  DOCUMENT_NOT_FOUND: 404,
  ROUTE_NOT_FOUND: 404,
  RUN_STATE_CONFLICT: 409,
  IDEMPOTENCY_KEY_IN_USE: 409,
  IDEMPOTENCY_KEY_REUSED: 422,
  IDEMPOTENCY_KEY_REQUIRED: 400,
  PRECONDITION_REQUIRED: 428,
  PRECONDITION_FAILED: 412,
  RANGE_NOT_SATISFIABLE: 416,
  MODEL_INVALID: 422,
  TOKENIZER_INVALID: 422,
  EXPLANATION_FAILED: 501,
  DATABASE_UNAVAILABLE: 503,
  INTERNAL: 500,
} as const satisfies Record<string, number>;

export type HttpErrorCode = keyof typeof HTTP_STATUS_BY_CODE;

/** Codes that only a job or an executor gives. */
export type JobErrorCode =
  | 'SPEC_INVALID'
  | 'INPUT_MISSING'
  | 'INPUT_CORRUPT'
  | 'DISK_FULL'
  | 'MEMORY_EXCEEDED'
  | 'WORKLOAD_LOST'
  | 'WORKLOAD_SILENT'
  | 'WORKLOAD_NOT_STARTED'
  | 'WORKLOAD_PREEMPTED'
  | 'WORKLOAD_NAME_COLLISION'
  | 'KUBERNETES_UNAVAILABLE'
  | 'KUBERNETES_FORBIDDEN'
  | 'KUBERNETES_REJECTED'
  | 'KUBERNETES_QUOTA_EXCEEDED'
  | 'STORAGE_UNAVAILABLE'
  | 'JOB_FAILED';

/** One of several problems of one request. */
export interface ErrorItem {
  /** JSON pointer into what was sent */
  readonly pointer: string;
  readonly code?: string;
  readonly message: string;
}

/** Base of every error that a caller may see: what happened, the value, what to do. */
export abstract class CorpusmillError extends Error {
  abstract readonly code: HttpErrorCode | JobErrorCode;
  /** true: the same call may succeed later */
  readonly retryable: boolean = false;
  readonly details: Readonly<Record<string, unknown>> = {};
  readonly items: readonly ErrorItem[] = [];
}

export class RequestInvalid extends CorpusmillError {
  readonly code = 'REQUEST_INVALID';
  constructor(
    message: string,
    override readonly items: readonly ErrorItem[] = [],
  ) {
    super(message);
  }
}

export class RouteNotFound extends CorpusmillError {
  readonly code = 'ROUTE_NOT_FOUND';
}

export class InternalError extends CorpusmillError {
  readonly code = 'INTERNAL';
  override readonly retryable = true;
}

export class DatabaseUnavailable extends CorpusmillError {
  readonly code = 'DATABASE_UNAVAILABLE';
  override readonly retryable = true;
  constructor(cause?: unknown) {
    super('the database does not answer; the request was not carried out, send it again', { cause });
  }
}
