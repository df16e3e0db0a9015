import { createServer, request as httpRequest } from 'node:http';

/**
 * A proxy in front of an S3 server that breaks requests by rule:
 *
 * - `503`, `500`: an S3 error instead of an answer; the request does not reach the server
 * - `reset`: the connection is cut after half of the answer's body
 * - `short`: a whole answer whose Content-Length and body are half as long as they should be
 * - `etag`: another ETag than the object's
 * - `lost`: the server carries the request out, and the connection is cut instead of its answer
 * - `outage`: every connection is cut at once
 *
 * A rule: `{ fault, method?, path?, fraction?, times? }`; `path` is a regular expression over path and query,
 * `fraction` (default 1) the part of the matching requests that are hit, drawn from a seeded generator, `times`
 * the most hits. The first rule that hits is applied.
 */
export class FaultProxy {
  #rules = [];
  #random = generator(1);
  #requests = 0;
  #faults = 0;
  #server;

  constructor(target) {
    this.target = new URL(target);
    this.#server = createServer((incoming, outgoing) => this.#handle(incoming, outgoing));
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Listens; resolves with the endpoint. */
  async start(port = 0) {
    await new Promise((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Replaces all rules and begins to count anew. */
  setRules(rules) {
    this.#rules = rules.map((rule) => ({ ...rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
    this.#random = generator(1);
    this.#requests = 0;
    this.#faults = 0;
  }

  /** Requests and faults since the rules were set. */
  get counts() {
    return { requests: this.#requests, faults: this.#faults };
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(incoming, outgoing) {
    if (incoming.url === '/_faults') return this.#control(incoming, outgoing);
    this.#requests += 1;
    const fault = this.#draw(incoming);
    if (fault !== null) this.#faults += 1;
    if (fault === 'outage') return incoming.socket.destroy();
    if (fault === '503' || fault === '500') return refuse(incoming, outgoing, fault);
    return this.#forward(incoming, outgoing, fault);
  }

  #draw({ method, url }) {
    for (const rule of this.#rules) {
      if (rule.left <= 0 || (rule.method && rule.method !== method)) continue;
      if (rule.path && !new RegExp(rule.path).test(url)) continue;
      if (this.#random() >= (rule.fraction ?? 1)) continue;
      rule.left -= 1;
      return rule.fault;
    }
    return null;
  }

  #forward(incoming, outgoing, fault) {
    const { expect: _expect, ...headers } = incoming.headers;
    const upstream = httpRequest({
      host: this.target.hostname,
      port: this.target.port,
      method: incoming.method,
      path: incoming.url,
      headers,
    });
    upstream.on('response', (answer) => respond(answer, outgoing, fault));
    upstream.on('error', () => outgoing.destroy());
    incoming.on('error', () => upstream.destroy());
    incoming.pipe(upstream);
  }

  /** PUT sets the rules, and every method answers with the counts. */
  async #control(incoming, outgoing) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const counts = this.counts;
    if (incoming.method === 'PUT') this.setRules(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    outgoing.setHeader('Content-Type', 'application/json');
    outgoing.end(JSON.stringify(counts));
  }
}

function refuse(incoming, outgoing, fault) {
  const code = fault === '503' ? 'SlowDown' : 'InternalError';
  incoming.resume();
  incoming.once('end', () => {
    outgoing.writeHead(Number(fault), { 'Content-Type': 'application/xml' });
    outgoing.end(
      incoming.method === 'HEAD' ? '' : `<Error><Code>${code}</Code><Message>fault</Message></Error>`,
    );
  });
}

async function respond(answer, outgoing, fault) {
  if (fault === 'lost') {
    answer.resume();
    answer.once('end', () => outgoing.destroy());
    return;
  }
  const headers = { ...answer.headers };
  if (fault === 'etag' && headers.etag) headers.etag = '"00000000000000000000000000000000"';
  if (fault !== 'reset' && fault !== 'short') {
    outgoing.writeHead(answer.statusCode, headers);
    answer.pipe(outgoing);
    answer.once('error', () => outgoing.destroy());
    return;
  }
  const body = await bodyOf(answer);
  const half = body.subarray(0, body.length >> 1);
  if (fault === 'short' && body.length > 0) headers['content-length'] = String(half.length);
  outgoing.writeHead(answer.statusCode, headers);
  if (fault === 'short') outgoing.end(half);
  else outgoing.write(half, () => outgoing.destroy());
}

async function bodyOf(answer) {
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Numbers in [0, 1), the same ones for the same seed (xorshift32, Marsaglia 2003). */
function generator(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
