import http from 'node:http';
import https from 'node:https';
import { delimiter } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the API server's address, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** Sockets to the API server: watches and a reconciler's worth of requests. */
const MAX_SOCKETS = 64;
const KEEP_ALIVE_MS = 30_000;

/** Requests to the API server that a kubeconfig file names, else to that of the pod's service account. */
export class Connection {
  readonly address: string;
  private readonly config = new KubeConfig();
  private agent: http.Agent | undefined;

  constructor(kubeconfig: string | null) {
    if (kubeconfig === null) this.config.loadFromDefault();
    else this.load(kubeconfig.split(delimiter));
    this.address = this.config.getCurrentCluster()?.server ?? '';
  }

  /** Resolves with the answer's head; its body is still to be read. Rejects where none came. */
  async send(request: RawRequest): Promise<http.IncomingMessage> {
    const url = new URL(this.address.replace(/\/$/, '') + request.path);
    const options: https.RequestOptions = { method: request.method, signal: request.signal };
    await this.config.applyToHTTPSOptions(options);
    options.agent = this.agent ??= createAgent(url, options);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    options.headers = {
      ...(options.headers as http.OutgoingHttpHeaders),
      Accept: 'application/json',
      ...(body !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      }),
    };
    return new Promise((resolve, reject) => {
      const sent = (url.protocol === 'http:' ? http : https).request(url, options, resolve);
      sent.once('error', reject);
      sent.end(body);
    });
  }

  /** Several files are one, as for kubectl. */
  private load([first, ...others]: readonly string[]): void {
    this.config.loadFromFile(first ?? '');
    for (const path of others) {
      const other = new KubeConfig();
      other.loadFromFile(path);
      this.config.mergeConfig(other, true);
    }
  }

  close(): void {
    this.agent?.destroy();
  }
}

/** One agent for all requests: the library's own keeps no connection open. */
function createAgent(
  url: URL,
  { ca, cert, key, rejectUnauthorized, servername }: https.RequestOptions,
): http.Agent {
  const common = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets: MAX_SOCKETS };
  if (url.protocol === 'http:') return new http.Agent(common);
  return new https.Agent({
    ...common,
    ca,
    cert,
    key,
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    ...(servername !== undefined && { servername }),
  });
}
