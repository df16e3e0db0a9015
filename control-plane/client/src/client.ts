import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import createFetchClient from 'openapi-fetch';
import type { Client } from 'openapi-fetch';

import { CorpusmillApiError, parseProblem, ServerUnreachableError } from './errors.js';
import { buildRetryingFetch, DEFAULT_RETRY, retryDelayMs } from './retry.js';
import type { RetryPolicy } from './retry.js';
import type { paths } from './schema.js';
import type {
  Dataset,
  DatasetPage,
  Explanation,
  ExplanationRequest,
  FileUrl,
  Plan,
  RecipeRequest,
  Report,
  Run,
  RunPage,
  Trace,
  TraceQuery,
  ValidatedRecipe,
  Version,
  VersionPage,
} from './types.js';

/** How to reach a server. */
export interface ClientOptions {
  /** Scheme, host and port, as `http://127.0.0.1:8080`. */
  readonly baseUrl: string;
  /** Bearer token; null sends none. */
  readonly token: string | null;
  readonly retry?: RetryPolicy;
}

/** One page of a list and where the next one begins. */
export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** A slice of an attempt's log. */
export interface LogSlice {
  readonly text: string;
  readonly attempt: string | null;
  /** Where the next slice begins, in bytes. */
  readonly nextOffset: number;
  /** Nothing more will come. */
  readonly isComplete: boolean;
}

interface FetchResult<T> {
  readonly data?: T;
  readonly response: Response;
}

/**
 * The REST API, one method per endpoint that the command line uses. GETs and POSTs with an
 * idempotency key are repeated on broken connections and 503.
 *
 * Every method throws CorpusmillApiError for a problem document, ServerUnreachableError where the
 * server does not answer.
 */
export class CorpusmillClient {
  private readonly api: Client<paths>;
  private readonly send: (request: Request) => Promise<Response>;
  private readonly sendOnce: (request: Request) => Promise<Response>;

  constructor(private readonly options: ClientOptions) {
    const policy = options.retry ?? DEFAULT_RETRY;
    this.send = buildRetryingFetch(policy);
    this.sendOnce = buildRetryingFetch({ ...policy, attempts: 1 });
    this.api = createFetchClient<paths>({
      baseUrl: options.baseUrl,
      headers: this.headers(),
      fetch: this.send,
    });
    this.api.use({ onResponse: async ({ response }) => refuseProblem(response) });
  }

  async validateRecipe(body: RecipeRequest): Promise<ValidatedRecipe> {
    return dataOf(await this.api.POST('/v1/recipes/validate', { body }));
  }

  async plan(body: RecipeRequest): Promise<Plan> {
    return dataOf(await this.api.POST('/v1/plans', { body }));
  }

  async explain(body: ExplanationRequest): Promise<Explanation> {
    return dataOf(await this.api.POST('/v1/explanations', { body }));
  }

  async createRun(body: RecipeRequest): Promise<Run> {
    return dataOf(
      await this.api.POST('/v1/runs', { body, params: { header: { 'Idempotency-Key': randomUUID() } } }),
    );
  }

  async listRuns(
    query: PageQuery & { readonly state?: Run['state']; readonly name?: string },
  ): Promise<RunPage> {
    return dataOf(await this.api.GET('/v1/runs', { params: { query } }));
  }

  async getRun(id: string): Promise<Run> {
    return dataOf(await this.api.GET('/v1/runs/{id}', { params: { path: { id } } }));
  }

  /** @param revision of the run that was looked at: another one's answer is 412 */
  async cancelRun(run: Pick<Run, 'id' | 'revision'>): Promise<Run> {
    return dataOf(await this.api.POST('/v1/runs/{id}/cancel', { params: changeOf(run) }));
  }

  /** @param run as for {@link cancelRun} */
  async retryRun(run: Pick<Run, 'id' | 'revision'>): Promise<Run> {
    return dataOf(await this.api.POST('/v1/runs/{id}/retry', { params: changeOf(run) }));
  }

  /** Commits the version that waits. @param run as for {@link cancelRun} */
  async approveRun(run: Pick<Run, 'id' | 'revision'>): Promise<Run> {
    return dataOf(await this.api.POST('/v1/runs/{id}/approve', { params: changeOf(run) }));
  }

  /** Fails the step whose version waits. @param run as for {@link cancelRun} */
  async denyRun(run: Pick<Run, 'id' | 'revision'>): Promise<Run> {
    return dataOf(await this.api.POST('/v1/runs/{id}/deny', { params: changeOf(run) }));
  }

  /** The server-sent events after `lastEventId`, as an open response; not repeated. */
  async openRunEvents(id: string, lastEventId: number | null, signal: AbortSignal): Promise<Response> {
    const headers = {
      accept: 'text/event-stream',
      ...(lastEventId === null ? {} : { 'last-event-id': String(lastEventId) }),
    };
    const url = `${this.options.baseUrl}/v1/runs/${encodeURIComponent(id)}/events`;
    return refuseProblem(
      await this.sendOnce(new Request(url, { headers: { ...this.headers(), ...headers }, signal })),
    );
  }

  async getRunLog(
    id: string,
    query: { readonly stage?: string; readonly attempt?: string; readonly offset: number },
  ): Promise<LogSlice> {
    const response = await this.getRaw(`/v1/runs/${encodeURIComponent(id)}/logs`, query, {
      accept: 'text/plain',
    });
    const text = await response.text();
    return {
      text,
      attempt: response.headers.get('x-corpusmill-attempt'),
      nextOffset: Number(response.headers.get('x-log-offset') ?? query.offset + Buffer.byteLength(text)),
      isComplete: response.headers.get('x-log-complete') === 'true',
    };
  }

  async listDatasets(query: PageQuery & { readonly name?: string }): Promise<DatasetPage> {
    return dataOf(await this.api.GET('/v1/datasets', { params: { query } }));
  }

  async getDataset(name: string): Promise<Dataset> {
    return dataOf(await this.api.GET('/v1/datasets/{name}', { params: { path: { name } } }));
  }

  async listVersions(name: string, query: PageQuery): Promise<VersionPage> {
    return dataOf(await this.api.GET('/v1/datasets/{name}/versions', { params: { path: { name }, query } }));
  }

  async getVersion(name: string, version: string): Promise<Version> {
    return dataOf(
      await this.api.GET('/v1/datasets/{name}/versions/{version}', { params: { path: { name, version } } }),
    );
  }

  async getReport(name: string, version: string): Promise<Report> {
    return dataOf(
      await this.api.GET('/v1/datasets/{name}/versions/{version}/report', {
        params: { path: { name, version } },
      }),
    );
  }

  async trace(query: TraceQuery): Promise<Trace> {
    return dataOf(await this.api.GET('/v1/trace', { params: { query } }));
  }

  /** The manifest's bytes; null where its SHA-256 is still `knownSha256`. */
  async getManifest(name: string, version: string, knownSha256: string | null): Promise<Buffer | null> {
    const headers: Record<string, string> =
      knownSha256 === null ? {} : { 'if-none-match': `"${knownSha256}"` };
    const response = await this.getRaw(`${versionPath(name, version)}/manifest`, {}, headers);
    return response.status === 304 ? null : Buffer.from(await response.arrayBuffer());
  }

  /** Opens a file of a version from byte `range.start` on; not repeated, so that a caller can go on at its own byte. */
  async openFile(file: FileAddress, range: FileRange, signal: AbortSignal): Promise<Response> {
    return refuseProblem(await this.sendOnce(this.fileRequest(file, range, signal)));
  }

  /** Where the store itself serves a file, for at most 15 minutes; null where only the server does. */
  async findFileUrl({ dataset: name, version, path }: FileAddress): Promise<string | null> {
    const response = await this.getRaw(`${versionPath(name, version)}/file-urls/${encodePath(path)}`, {}, {});
    return ((await response.json()) as FileUrl).url;
  }

  /** Opens a URL of {@link findFileUrl} from byte `start` on; not repeated. The store never sees our token. */
  async openUrl(url: string, start: number, signal: AbortSignal): Promise<Response> {
    const headers = { 'accept-encoding': 'identity', ...(start > 0 && { range: `bytes=${start}-` }) };
    return refuseProblem(await this.sendOnce(new Request(url, { headers, signal })));
  }

  /** Bytes `start` to `end` (exclusive) of a file, whole: sent again where the body breaks or is short. */
  async readFile(file: FileAddress, start: number, end: number): Promise<ArrayBuffer> {
    const policy = this.options.retry ?? DEFAULT_RETRY;
    const request = (): Request => this.fileRequest(file, { start, end }, new AbortController().signal);
    for (let attempt = 1; ; attempt += 1) {
      const response = await refuseProblem(await this.send(request()));
      const body = await response
        .arrayBuffer()
        .catch((error: unknown) => new ServerUnreachableError(this.options.baseUrl, error));
      if (body instanceof ArrayBuffer && body.byteLength === end - start) return body;
      if (attempt >= policy.attempts)
        throw body instanceof Error
          ? body
          : new ServerUnreachableError(this.options.baseUrl, new Error('short body'));
      await sleep(retryDelayMs(attempt + 1, policy, null));
    }
  }

  private fileRequest(file: FileAddress, range: FileRange, signal: AbortSignal): Request {
    const path = `${versionPath(file.dataset, file.version)}/files/${encodePath(file.path)}`;
    const headers = new Headers({ ...this.headers(), 'accept-encoding': 'identity' });
    if (range.start > 0 || range.end !== undefined) {
      headers.set('range', `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}`);
    }
    // Also says that the server is to send the bytes itself.
    if (range.ifRange !== undefined) headers.set('if-range', range.ifRange);
    return new Request(`${this.options.baseUrl}${path}`, { headers, signal });
  }

  private async getRaw(
    path: string,
    query: object,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const url = new URL(`${this.options.baseUrl}${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return refuseProblem(await this.send(new Request(url, { headers: { ...this.headers(), ...headers } })));
  }

  private headers(): Record<string, string> {
    return this.options.token === null ? {} : { authorization: `Bearer ${this.options.token}` };
  }
}

/** A file of a version. */
export interface FileAddress {
  readonly dataset: string;
  readonly version: string;
  readonly path: string;
}

/** Bytes `start` to `end` (exclusive; absent: to the file's end). */
export interface FileRange {
  readonly start: number;
  readonly end?: number;
  /** ETag that the file must still have for a partial answer. */
  readonly ifRange?: string;
}

async function refuseProblem(response: Response): Promise<Response> {
  if (response.ok || response.status === 304) return response;
  const body: unknown = await response.json().catch(() => null);
  throw new CorpusmillApiError(parseProblem(response.status, body));
}

function dataOf<T>(result: FetchResult<T>): T {
  if (result.data !== undefined) return result.data;
  throw new CorpusmillApiError(parseProblem(result.response.status, null));
}

function changeOf(run: Pick<Run, 'id' | 'revision'>) {
  return {
    path: { id: run.id },
    header: { 'Idempotency-Key': randomUUID(), 'If-Match': `"${run.revision}"` },
  };
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function versionPath(name: string, version: string): string {
  return `/v1/datasets/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;
}
