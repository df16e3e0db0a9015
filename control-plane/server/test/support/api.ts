import { setTimeout } from 'node:timers/promises';
import { randomToken } from '../../src/common/ids.js';
import type { RunDto } from '../../src/runs/dto/run.dto.js';
import type { Workspace } from './workspace.js';

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);

/** Talks to a server as a client does. */
export class Api {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  async get<T>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer<T>> {
    return this.send<T>('GET', path, { headers });
  }

  async post<T>(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<T>> {
    return this.send<T>('POST', path, { headers, body });
  }

  /** Submits a recipe. */
  async submit(
    workspace: Workspace,
    recipe: object = workspace.recipe(),
    key = randomToken(),
  ): Promise<RunDto> {
    const body = { recipe, baseUri: workspace.baseUri };
    const answer = await this.post<RunDto>('/v1/runs', body, { 'Idempotency-Key': key });
    if (answer.status !== 202) throw new Error(`submit: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async run(id: string): Promise<RunDto> {
    return (await this.get<RunDto>(`/v1/runs/${id}`)).body;
  }

  /** The run once it has ended; throws where that takes too long. */
  async finished(id: string, timeoutMs = 90_000): Promise<RunDto> {
    return this.until(id, (run) => TERMINAL.has(run.state), timeoutMs);
  }

  async until(id: string, isReached: (run: RunDto) => boolean, timeoutMs = 90_000): Promise<RunDto> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const run = await this.run(id);
      if (isReached(run)) return run;
      if (performance.now() > deadline) throw new Error(`too long: ${JSON.stringify(run)}`);
      await setTimeout(30);
    }
  }

  /** A command on a run, with the run's current ETag; again, as clients do, where the run changed in between. */
  async command(id: string, action: 'cancel' | 'retry' | 'approve' | 'deny'): Promise<Answer<RunDto>> {
    for (;;) {
      const etag = (await this.get(`/v1/runs/${id}`)).headers.get('etag')!;
      const answer = await this.post<RunDto>(`/v1/runs/${id}/${action}`, undefined, {
        'If-Match': etag,
        'Idempotency-Key': randomToken(),
      });
      if (answer.status !== 412) return answer;
    }
  }

  private async send<T>(
    method: string,
    path: string,
    { headers, body }: { headers: Readonly<Record<string, string>>; body?: unknown },
  ): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as T,
    };
  }
}
