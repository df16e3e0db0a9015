import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an API answers: a status with a JSON body, or whatever the handler writes itself. */
export type Answer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | 'written';
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
) => Answer | Promise<Answer>;

/** A scripted API: `GET /v1/runs` and the like to handlers. */
export class ApiServer {
  readonly seen: string[] = [];
  private readonly server: Server;

  constructor(private readonly routes: Readonly<Record<string, Handler>>) {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch(() => response.destroy());
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const route = `${request.method} ${decodeURIComponent((request.url ?? '').split('?')[0] ?? '')}`;
    this.seen.push(route);
    const handler = this.routes[route];
    const answer = handler ? await handler(request, response, body) : problem(404, 'ROUTE_NOT_FOUND');
    if (answer === 'written') return;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }
}

/** An RFC 9457 problem. */
export function problem(status: number, code: string, extra: object = {}): Answer {
  return {
    status,
    body: {
      type: 'x',
      title: 'x',
      status,
      detail: `detail of ${code}`,
      instance: '/',
      code,
      traceId: 't1',
      ...extra,
    },
  };
}
