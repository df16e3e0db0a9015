import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { messageOf } from '../common/error-code.js';
import { ApiError, type ApiOperation } from './api-error.js';
import type { Connection } from './connection.js';
import type { KubernetesMetrics } from './metrics.js';
import type { Rights } from './rights.js';

export interface ApiCall {
  readonly operation: ApiOperation;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

/** Where it is written down how the API server answers. */
export interface ApiRecords {
  readonly metrics: KubernetesMetrics;
  readonly rights: Rights;
}

/** Longest wait for a whole answer. Lists are paged, so that none takes long. */
const ANSWER_TIMEOUT_MS = 20_000;

const statusSchema = z.object({ reason: z.string().catch(''), message: z.string().catch('') });

/** Calls of the API server with one way to fail: ApiError. */
export class ApiClient {
  constructor(
    private readonly connection: Connection,
    private readonly records: ApiRecords,
    private readonly answerTimeoutMs = ANSWER_TIMEOUT_MS,
  ) {}

  get address(): string {
    return this.connection.address;
  }

  /** The answer's JSON; throws ApiError. */
  async json(call: ApiCall): Promise<unknown> {
    const body = await this.text(call);
    try {
      return JSON.parse(body);
    } catch (error) {
      throw new ApiError(null, 'Malformed', `the answer is no JSON (${messageOf(error)})`, call.operation);
    }
  }

  /** The answer's text; throws ApiError. */
  async text(call: ApiCall): Promise<string> {
    const end = this.records.metrics.startRequest(call.operation);
    const signal = AbortSignal.timeout(this.answerTimeoutMs);
    try {
      return await text(await this.open(call, signal));
    } catch (error) {
      throw error instanceof ApiError ? error : this.unanswered(call.operation, error);
    } finally {
      end();
    }
  }

  /** The body of a successful answer as it comes in; throws ApiError. */
  async open(call: ApiCall, signal: AbortSignal): Promise<IncomingMessage> {
    const path = call.path + toQuery(call.query ?? {});
    const answer = await this.connection
      .send({ method: call.method, path, signal, ...(call.body !== undefined && { body: call.body }) })
      .catch((error: unknown) => {
        throw this.unanswered(call.operation, error);
      });
    const status = answer.statusCode ?? 0;
    if (isPastRights(status)) this.records.rights.allowed(call.operation);
    if (status >= 200 && status < 300) return answer;
    const error = await toApiError(call.operation, status, answer);
    if (error.isMissingRight) this.records.rights.refused(error);
    throw error;
  }

  private unanswered(operation: ApiOperation, error: unknown): ApiError {
    const message = `${this.address}: ${messageOf(error)}`;
    return new ApiError(null, 'Unreachable', message, operation);
  }
}

async function toApiError(
  operation: ApiOperation,
  status: number,
  answer: IncomingMessage,
): Promise<ApiError> {
  const body = await text(answer).catch(() => '');
  const parsed = statusSchema.safeParse(parseJson(body));
  const message =
    parsed.success && parsed.data.message !== '' ? parsed.data.message : body.trim().slice(0, 300);
  return new ApiError(
    status,
    parsed.success ? parsed.data.reason : '',
    message || `HTTP ${status}`,
    operation,
  );
}

/** Answers that are given only to who may ask: rights are looked at before the object is. */
function isPastRights(status: number): boolean {
  return (status >= 200 && status < 300) || status === 404 || status === 409 || status === 410;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function toQuery(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}
