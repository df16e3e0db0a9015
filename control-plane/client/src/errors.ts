/** One problem of a request, with the JSON pointer of the value that causes it. */
export interface RequestProblem {
  readonly pointer: string;
  readonly code?: string;
  readonly message: string;
}

/** Base of every error that Corpusmill's own code throws on purpose. Codes: docs/contracts/error-codes.md. */
export class CorpusmillError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryable = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The server did not answer: no connection, or a broken one, after every retry. */
export class ServerUnreachableError extends CorpusmillError {
  constructor(origin: string, cause: unknown) {
    super('SERVER_UNREACHABLE', `the server at ${origin} does not answer (${reasonOf(cause)})`, true, {
      cause,
    });
  }
}

/** The server did not answer in time. */
export class RequestTimeoutError extends CorpusmillError {
  constructor(origin: string, timeoutSeconds: number, cause: unknown) {
    super('REQUEST_TIMEOUT', `the server at ${origin} did not answer within ${timeoutSeconds} s`, true, {
      cause,
    });
  }
}

/** An RFC 9457 problem of the server. */
export class CorpusmillApiError extends CorpusmillError {
  readonly status: number;
  readonly errors: readonly RequestProblem[];
  readonly traceId: string | null;

  constructor(problem: ApiProblem) {
    super(problem.code, problem.detail, problem.status === 429 || problem.status >= 500);
    this.status = problem.status;
    this.errors = problem.errors;
    this.traceId = problem.traceId;
  }
}

/** The members of a problem document that a client acts on. */
export interface ApiProblem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly RequestProblem[];
  readonly traceId: string | null;
}

/** Reads a problem document; a body that is none gives a problem with code `HTTP_<status>`. */
export function parseProblem(status: number, body: unknown): ApiProblem {
  const record = isRecord(body) ? body : {};
  return {
    status,
    code: stringOr(record['code'], `HTTP_${status}`),
    detail: stringOr(record['detail'], stringOr(record['title'], `the server answered ${status}`)),
    errors: parseErrors(record['errors']),
    traceId: typeof record['traceId'] === 'string' ? record['traceId'] : null,
  };
}

function parseErrors(value: unknown): readonly RequestProblem[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((item) => ({
    pointer: stringOr(item['pointer'], ''),
    message: stringOr(item['message'], ''),
    ...(typeof item['code'] === 'string' ? { code: item['code'] } : {}),
  }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/** A short reason for a failed fetch: the system's code where there is one. */
export function reasonOf(cause: unknown): string {
  if (!isRecord(cause)) return 'unknown reason';
  if (typeof cause['code'] === 'string') return cause['code'];
  return isRecord(cause['cause']) ? reasonOf(cause['cause']) : stringOr(cause['message'], 'unknown reason');
}
