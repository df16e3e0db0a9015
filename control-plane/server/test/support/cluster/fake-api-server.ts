import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { type FakeObject, FakeStore, type StoreEvent } from './fake-store.js';

export interface FakeRequest {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'delete' | 'log';
  readonly plural: string;
  readonly name: string;
}

/** What goes wrong with a request: nothing of it is done, or all of it, and then no answer comes. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly reason: string; readonly message: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'done-then-reset' }
  /** The connection stays open, and nothing comes. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'done-then-silent' }
  /** An answer begins and does not go on. */
  | { readonly kind: 'half'; readonly text: string };

export interface AuditLine extends FakeRequest {
  readonly status: number;
}

interface OpenWatch {
  readonly plural: string;
  readonly response: ServerResponse;
  readonly matches: (object: FakeObject) => boolean;
  isDeaf: boolean;
}

interface Context extends FakeRequest {
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * As much of an API server as the executor uses: list in pages, watch with resource versions and bookmarks, create
 * with 409, delete with uid preconditions, logs; with knobs for what goes wrong.
 */
export class FakeApiServer {
  readonly store = new FakeStore();
  readonly audit: AuditLine[] = [];
  /** Names of objects that were made through the API, in order. */
  readonly created: string[] = [];
  /** Text of pods' logs, by pod. */
  readonly logs = new Map<string, string>();
  intercept: (request: FakeRequest) => Fault | undefined = () => undefined;
  private readonly watches = new Set<OpenWatch>();
  private server: Server;
  private port = 0;

  private constructor() {
    this.server = this.build();
    this.store.changes.on('change', (event: StoreEvent) => this.broadcast(event));
  }

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer();
    await fake.listen();
    return fake;
  }

  /** A kubeconfig for it. */
  writeKubeconfig(path: string): string {
    const cluster = { server: `http://127.0.0.1:${this.port}`, 'insecure-skip-tls-verify': true };
    writeFileSync(
      path,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'fake',
        clusters: [{ name: 'fake', cluster }],
        users: [{ name: 'fake', user: { token: 'fake-token' } }],
        contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
      }),
    );
    return path;
  }

  /** Times that something was done, as the audit log has it. */
  count(verb: FakeRequest['verb'], plural?: string, name?: string): number {
    return this.audit.filter(
      (line) =>
        line.verb === verb &&
        (plural === undefined || line.plural === plural) &&
        (name === undefined || line.name === name) &&
        line.status < 300,
    ).length;
  }

  get openWatches(): number {
    return [...this.watches].filter((watch) => !watch.isDeaf).length;
  }

  breakWatches(how: 'reset' | 'half-open' | 'malformed' | 'expired', plural?: string): void {
    for (const watch of this.watches) {
      if (plural !== undefined && watch.plural !== plural) continue;
      if (how === 'half-open') watch.isDeaf = true;
      else if (how === 'reset') watch.response.destroy();
      else if (how === 'malformed') watch.response.write('{"type":"MODIFIED","object":{"meta\n');
      else {
        this.watches.delete(watch);
        const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
        watch.response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      }
    }
  }

  /** Sends an event again, or one that is not true. */
  sendEvent(plural: string, type: StoreEvent['type'], object: FakeObject): void {
    for (const watch of this.watches) {
      if (watch.plural === plural && !watch.isDeaf)
        watch.response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }

  sendBookmarks(): void {
    const object = { metadata: { resourceVersion: String(this.store.currentVersion) } };
    for (const watch of this.watches) {
      if (!watch.isDeaf) watch.response.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
    }
  }

  /** Nobody answers at its address any more. */
  async goAway(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    this.watches.clear();
    await closed;
  }

  /** Answers again at the same address, with all it knew. */
  async comeBack(): Promise<void> {
    this.server = this.build();
    await this.listen();
  }

  private build(): Server {
    return createServer((request, response) => void this.answer(request, response));
  }

  private async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://fake');
    const target = parseTarget(request.method!, url);
    if (target === null || !this.store.kinds.has(target.plural)) {
      return this.fail(response, 404, { reason: '', message: '404 page not found' });
    }
    const fault = this.intercept(target);
    const context = { ...target, query: url.searchParams, request, response };
    if (fault === undefined || this.isCarriedOut(context, fault)) await this.carryOut(context);
  }

  /** Does what the fault says; true where the request itself is still to be done. */
  private isCarriedOut({ request, response, verb, plural, name }: Context, fault: Fault): boolean {
    switch (fault.kind) {
      case 'reset':
        request.socket.destroy();
        return false;
      case 'status':
        this.audit.push({ verb, plural, name, status: fault.status });
        this.fail(response, fault.status, fault);
        return false;
      case 'silent':
        return false;
      case 'half':
        response.writeHead(200);
        response.write(fault.text);
        return false;
      case 'done-then-silent':
        response.end = () => response;
        return true;
      case 'done-then-reset':
        response.end = () => response.destroy();
        return true;
    }
  }

  private async carryOut(context: Context): Promise<void> {
    const { verb, plural, name, response } = context;
    const log = (status: number) => this.audit.push({ verb, plural, name, status });
    if (verb === 'watch') {
      log(200);
      return this.watch(context);
    }
    const outcome = await this.outcomeOf(context);
    log(outcome.status);
    if (outcome.status >= 300) return this.fail(response, outcome.status, outcome);
    const body = typeof outcome.body === 'string' ? outcome.body : JSON.stringify(outcome.body);
    response.writeHead(outcome.status, { 'Content-Type': 'application/json' });
    response.end(body);
  }

  private async outcomeOf({ verb, plural, name, query, request }: Context) {
    const found = this.store.get(plural, name);
    const missing = { status: 404, reason: 'NotFound', message: `${plural} "${name}" not found`, body: '' };
    switch (verb) {
      case 'create':
        return this.create(plural, (await json(request)) as FakeObject);
      case 'list':
        return { status: 200, reason: '', message: '', body: this.page(plural, query) };
      case 'get':
        return found === undefined ? missing : { status: 200, reason: '', message: '', body: found };
      case 'log':
        return found === undefined
          ? missing
          : { status: 200, reason: '', message: '', body: this.log(name, query) };
      default:
        return found === undefined ? missing : this.delete(plural, found, await json(request));
    }
  }

  private create(plural: string, body: FakeObject) {
    if (this.store.get(plural, body.metadata.name) !== undefined) {
      const message = `${plural} "${body.metadata.name}" already exists`;
      return { status: 409, reason: 'AlreadyExists', message, body: '' };
    }
    this.created.push(body.metadata.name);
    return { status: 201, reason: '', message: '', body: this.store.create(plural, body) };
  }

  private delete(plural: string, found: FakeObject, options: unknown) {
    const { preconditions } = options as { preconditions?: { uid?: string } };
    if (preconditions?.uid !== undefined && preconditions.uid !== found.metadata.uid) {
      return {
        status: 409,
        reason: 'Conflict',
        message: 'the UID in the precondition does not match',
        body: '',
      };
    }
    this.store.remove(plural, found.metadata.name);
    return { status: 200, reason: '', message: '', body: { kind: 'Status', status: 'Success' } };
  }

  private page(plural: string, query: URLSearchParams) {
    const matches = selector(query);
    const limit = Number(query.get('limit') ?? 500);
    const start = Number(query.get('continue') ?? 0);
    const all = this.store.list(plural).filter(matches);
    const rest = all.length > start + limit ? String(start + limit) : '';
    return {
      metadata: { resourceVersion: String(this.store.currentVersion), continue: rest },
      items: all.slice(start, start + limit),
    };
  }

  private log(name: string, query: URLSearchParams): string {
    const limit = query.get('limitBytes');
    const text = this.logs.get(name) ?? '';
    return limit === null ? text : text.slice(0, Number(limit));
  }

  private watch({ plural, query, response }: Context): void {
    const missed = this.store.after(Number(query.get('resourceVersion') ?? 0));
    if (missed === null) {
      return this.fail(response, 410, { reason: 'Expired', message: 'too old resource version' });
    }
    const watch = { plural, response, matches: selector(query), isDeaf: false };
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    this.watches.add(watch);
    response.once('close', () => this.watches.delete(watch));
    for (const event of missed) this.send(watch, event);
  }

  private broadcast(event: StoreEvent): void {
    for (const watch of this.watches) this.send(watch, event);
  }

  private send(watch: OpenWatch, { plural, type, object }: StoreEvent): void {
    if (watch.isDeaf || watch.plural !== plural || !watch.matches(object)) return;
    watch.response.write(`${JSON.stringify({ type, object })}\n`);
  }

  private fail(
    response: ServerResponse,
    status: number,
    { reason, message }: { reason: string; message: string },
  ): void {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code: status, reason, message }));
  }
}

function selector(query: URLSearchParams): (object: FakeObject) => boolean {
  const wanted = (query.get('labelSelector') ?? '')
    .split(',')
    .filter(Boolean)
    .map((part) => part.split('='));
  return ({ metadata: { labels = {} } }) => wanted.every(([key, value]) => labels[key!] === value);
}

function parseTarget(method: string, url: URL): FakeRequest | null {
  const match = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/namespaces\/[^/]+\/([a-z]+)(?:\/([^/]+))?(\/log)?$/.exec(
    url.pathname,
  );
  if (match === null) return null;
  const [, plural, name = '', log] = match;
  return {
    verb: verbOf(method, url, { hasName: name !== '', isLog: log !== undefined }),
    plural: plural!,
    name,
  };
}

function verbOf(method: string, url: URL, path: { hasName: boolean; isLog: boolean }): FakeRequest['verb'] {
  if (method === 'POST') return 'create';
  if (method === 'DELETE') return 'delete';
  if (path.isLog) return 'log';
  if (path.hasName) return 'get';
  return url.searchParams.get('watch') === 'true' ? 'watch' : 'list';
}
