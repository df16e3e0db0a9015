import { setTimeout as sleep } from 'node:timers/promises';

import { RequestTimeoutError, ServerUnreachableError } from './errors.js';

/** How often and how long a request is tried. */
export interface RetryPolicy {
  /** Tries in all, the first one counted. */
  readonly attempts: number;
  /** Delay before the second try; doubles with each further one. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** How long one try may take until its headers arrive. */
  readonly timeoutSeconds: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 6,
  baseDelayMs: 200,
  maxDelayMs: 4000,
  timeoutSeconds: 120,
};

/** POSTs without an effect: sent again like a GET. */
const SAFE_POSTS: readonly RegExp[] = [/\/v1\/recipes\/validate$/, /\/v1\/plans$/];
const RETRYABLE_STATUS = new Set([429, 502, 503, 504]);

/** Whether sending the request twice does no harm. */
export function isRepeatable(request: Request): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  if (request.headers.has('idempotency-key')) return true;
  return request.method === 'POST' && SAFE_POSTS.some((safe) => safe.test(new URL(request.url).pathname));
}

/**
 * Delay before try `attempt` (2 is the first retry), in ms: exponential with full jitter, never
 * below what the server asked for with Retry-After.
 */
export function retryDelayMs(attempt: number, policy: RetryPolicy, retryAfter: string | null): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 2));
  const asked = Number(retryAfter ?? Number.NaN) * 1000;
  const jittered = ceiling / 2 + (Math.random() * ceiling) / 2;
  return Number.isFinite(asked) ? Math.max(jittered, Math.min(asked, 30_000)) : jittered;
}

/** A fetch that sends repeatable requests again on a broken connection, 429, 502, 503 and 504, and a store's 500. */
export function buildRetryingFetch(
  policy: RetryPolicy = DEFAULT_RETRY,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const attempts = isRepeatable(request) ? policy.attempts : 1;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await tryOnce(request.clone(), policy);
      if (attempt >= attempts || !isTransient(outcome)) return responseOf(outcome);
      const retryAfter = outcome instanceof Response ? outcome.headers.get('retry-after') : null;
      if (outcome instanceof Response) await outcome.body?.cancel();
      await sleep(retryDelayMs(attempt + 1, policy, retryAfter), undefined, { signal: request.signal });
    }
  };
}

function isTransient(outcome: Response | Error): boolean {
  if (outcome instanceof Response)
    // 500 of an object store, to which the server redirects, means "try again"; of the server itself, a fault.
    return RETRYABLE_STATUS.has(outcome.status) || (outcome.status === 500 && outcome.redirected);
  return !(outcome instanceof RequestTimeoutError);
}

function responseOf(outcome: Response | Error): Response {
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

async function tryOnce(request: Request, policy: RetryPolicy): Promise<Response | Error> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), policy.timeoutSeconds * 1000);
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, deadline.signal]) });
  } catch (error) {
    if (request.signal.aborted) throw error;
    const { origin } = new URL(request.url);
    if (deadline.signal.aborted) return new RequestTimeoutError(origin, policy.timeoutSeconds, error);
    return new ServerUnreachableError(origin, error);
  } finally {
    clearTimeout(timer);
  }
}
