import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CorpusmillClient } from './client.js';
import { isRepeatable, retryDelayMs } from './retry.js';

const POLICY = { attempts: 4, baseDelayMs: 1, maxDelayMs: 4, timeoutSeconds: 1 };

let server: Server;
let baseUrl: string;
let requests = 0;
let answer: (response: ServerResponse, number: number) => void;

beforeEach(async () => {
  requests = 0;
  server = createServer((_request, response) => {
    requests += 1;
    answer(response, requests);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function client(): CorpusmillClient {
  return new CorpusmillClient({ baseUrl, token: 't', retry: POLICY });
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

describe('the client', () => {
  it.each(['reset', 503, 429])('repeats a GET after %s', async (fault) => {
    answer = (response, number) => {
      if (number === 3) json(response, 200, { id: 'r' });
      else if (typeof fault === 'number') json(response, fault, {});
      else response.destroy();
    };
    expect(await client().getRun('r')).toEqual({ id: 'r' });
    expect(requests).toBe(3);
  });

  it('repeats a GET after a 500 of the store that it was sent to, not after one of the server', async () => {
    const bytes = 'bytes of a file';
    answer = (response, number) => {
      if (number % 2 === 1) response.writeHead(307, { location: `${baseUrl}/store` }).end();
      else if (number === 2) response.writeHead(500).end('<Error><Code>InternalError</Code></Error>');
      else response.end(bytes);
    };
    const file = { dataset: 'd', version: 'v', path: 'data/a' };
    const read = await client().readFile(file, 0, bytes.length);
    expect(Buffer.from(read).toString()).toBe(bytes);
    expect(requests).toBe(4);

    answer = (response) => json(response, 500, { code: 'INTERNAL_ERROR' });
    await expect(client().readFile(file, 0, 1)).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(requests).toBe(5);
  });

  it('gives the problem of the last try', async () => {
    answer = (response) =>
      json(response, 503, { code: 'DATABASE_UNAVAILABLE', detail: 'down', traceId: 'abc' });
    await expect(client().getRun('r')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      status: 503,
      message: 'down',
      traceId: 'abc',
      retryable: true,
    });
    expect(requests).toBe(4);
  });

  it('does not repeat what the server refuses', async () => {
    answer = (response) =>
      json(response, 422, { code: 'RECIPE_INVALID', detail: 'd', errors: [{ pointer: '/a', message: 'm' }] });
    await expect(client().plan({ recipe: '' })).rejects.toMatchObject({
      code: 'RECIPE_INVALID',
      errors: [{ pointer: '/a', message: 'm' }],
      retryable: false,
    });
    expect(requests).toBe(1);
  });

  it('makes a problem of a body that is none', async () => {
    answer = (response) => response.writeHead(418).end('<html>');
    await expect(client().getRun('r')).rejects.toMatchObject({
      code: 'HTTP_418',
      status: 418,
      errors: [],
      traceId: null,
    });
  });

  it('names the server where it is away, and the time where it does not answer', async () => {
    answer = (response) => response.destroy();
    await expect(client().getRun('r')).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: expect.stringContaining(baseUrl),
    });
    answer = () => undefined;
    await expect(client().getRun('r')).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
  });

  it('reads a range again where the body is cut or short', async () => {
    answer = (response, number) => {
      if (number === 1)
        response.writeHead(206, { 'content-length': '4' }).write('ab', () => response.destroy());
      else response.writeHead(206).end(number === 2 ? 'abc' : 'abcd');
    };
    const bytes = await client().readFile({ dataset: 'a/b', version: 'latest', path: 'x/y.bin' }, 0, 4);
    expect(Buffer.from(bytes).toString()).toBe('abcd');
  });
});

describe('isRepeatable', () => {
  const request = (method: string, path: string, headers = {}): Request =>
    new Request(`http://x${path}`, { method, headers });

  it.each([
    [request('GET', '/v1/runs'), true],
    [request('HEAD', '/v1/runs'), true],
    [request('POST', '/v1/runs'), false],
    [request('POST', '/v1/runs', { 'Idempotency-Key': 'k' }), true],
    [request('POST', '/v1/plans'), true],
    [request('POST', '/v1/recipes/validate'), true],
    [request('DELETE', '/v1/runs'), false],
  ])('%#', (one, expected) => {
    expect(isRepeatable(one)).toBe(expected);
  });
});

describe('retryDelayMs', () => {
  const policy = { attempts: 9, baseDelayMs: 100, maxDelayMs: 1000, timeoutSeconds: 1 };

  it('doubles up to the cap, with jitter of half', () => {
    for (const [attempt, ceiling] of [
      [2, 100],
      [3, 200],
      [4, 400],
      [9, 1000],
    ] as const) {
      const delay = retryDelayMs(attempt, policy, null);
      expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
      expect(delay).toBeLessThanOrEqual(ceiling);
    }
  });

  it('waits as long as the server asks, at most 30 s', () => {
    expect(retryDelayMs(2, policy, '2')).toBe(2000);
    expect(retryDelayMs(2, policy, '3600')).toBe(30_000);
    expect(retryDelayMs(2, policy, 'Wed, 21 Oct 2026 07:28:00 GMT')).toBeLessThanOrEqual(100);
  });
});
