import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { CorpusmillClient } from '@corpusmill/client';

import type { RemoteVersion } from '../pull/pull.js';
import { remoteFiles } from '../pull/remote-file.js';
import type { FixtureFile } from './fixtures.js';
import { sha256 } from './fixtures.js';

/** What the server does instead of sending a file's bytes; null serves them. */
export type Fault = (
  request: FileRequest,
) => 'reset' | 'short' | 'wrong' | 'extra' | 'changed' | 'ignore-range' | 500 | 503 | 401 | 403 | 404 | null;

/** A request for a file. */
interface FileRequest {
  readonly path: string;
  readonly url: string;
  readonly start: number;
  /** Counts all requests for files, from 1. */
  readonly number: number;
}

/** An HTTP server with the two routes that pull needs, and faults. */
export class FaultServer {
  manifest: Buffer;
  fault: Fault = () => null;
  /** ETag of every file; its SHA-256 where null. */
  etag: string | null = null;
  /** URLs that the store serves files under; null where it serves none. */
  fileUrl: (path: string) => string | null = () => null;
  /** Bytes per millisecond; unlimited where 0. */
  bytesPerMs = 0;
  readonly requests: string[] = [];
  readonly starts: number[] = [];
  /** Whether any request for a file had a token. */
  sawToken = false;
  private readonly server: Server;
  private count = 0;

  constructor(
    manifest: Buffer,
    private files: readonly FixtureFile[],
  ) {
    this.manifest = manifest;
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

  replace(manifest: Buffer, files: readonly FixtureFile[]): void {
    this.manifest = manifest;
    this.files = files;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wanted = /\/file-urls\/(.*)$/.exec(decodeURIComponent(request.url ?? ''))?.[1];
    if (wanted !== undefined) {
      response.end(JSON.stringify({ url: this.fileUrl(wanted), expiresAt: null }));
      return;
    }
    this.requests.push(request.url ?? '');
    const path = /\/files\/(.*)$/.exec(decodeURIComponent(request.url ?? ''))?.[1];
    if (path === undefined) this.sendManifest(request, response);
    else await this.sendFile(path, request, response);
  }

  private sendManifest(request: IncomingMessage, response: ServerResponse): void {
    const etag = `"${sha256(this.manifest)}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag, 'content-type': 'application/json' }).end(this.manifest);
  }

  private async sendFile(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = this.files.find((file) => file.path === path)?.content;
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    this.starts.push(start);
    this.sawToken ||= request.headers.authorization !== undefined;
    this.count += 1;
    const fault = this.fault({ path, url: request.url ?? '', start, number: this.count });
    if (content === undefined || typeof fault === 'number') refuse(response, Number(fault ?? 404));
    else await this.sendContent(content, start, fault, response);
  }

  private async sendContent(
    content: Buffer,
    start: number,
    fault: Exclude<ReturnType<Fault>, number>,
    response: ServerResponse,
  ): Promise<void> {
    const from = fault === 'ignore-range' ? 0 : start;
    const body = bodyFor(fault, content.subarray(from));
    response.writeHead(from > 0 ? 206 : 200, {
      etag: fault === 'changed' ? '"changed"' : (this.etag ?? `"${sha256(content)}"`),
      'content-length': String(fault === 'extra' ? body.length : content.length - from),
      ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    });
    await this.writeSlowly(response, fault === 'reset' ? body.subarray(0, body.length >> 1) : body);
    if (fault === 'reset' || fault === 'short') response.destroy();
    else response.end();
  }

  private async writeSlowly(response: ServerResponse, body: Buffer): Promise<void> {
    const step = this.bytesPerMs === 0 ? body.length : this.bytesPerMs * 2;
    for (let at = 0; at < body.length && !response.destroyed; at += step) {
      response.write(body.subarray(at, at + step));
      await new Promise((resolve) => setTimeout(resolve, this.bytesPerMs === 0 ? 0 : 2));
    }
  }
}

function refuse(response: ServerResponse, status: number): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end('{"code":"FAULT","detail":"fault"}');
}

function bodyFor(fault: ReturnType<Fault>, body: Buffer): Buffer {
  if (fault === 'short') return body.subarray(0, Math.max(0, body.length - 1));
  if (fault === 'extra') return Buffer.concat([body, Buffer.from('more')]);
  if (fault !== 'wrong' || body.length === 0) return body;
  const wrong = Buffer.from(body);
  wrong[wrong.length - 1] = (wrong[wrong.length - 1] ?? 0) ^ 1;
  return wrong;
}

/** The remote version of a fault server, without pauses between tries. */
export function remoteAt(baseUrl: string): RemoteVersion {
  const client = new CorpusmillClient({
    baseUrl,
    token: 'token-of-the-server',
    retry: { attempts: 2, baseDelayMs: 1, maxDelayMs: 5, timeoutSeconds: 10 },
  });
  return {
    getManifest: (known) => client.getManifest('web-demo', 'latest', known),
    openFile: remoteFiles(client, 'web-demo'),
  };
}
