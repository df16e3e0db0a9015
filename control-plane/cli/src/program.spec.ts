import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { ApiServer, problem } from './testing/api-server.js';
import type { Handler } from './testing/api-server.js';
import { corpusmill } from './testing/command-line.js';
import { makeFolder, removeFolders } from './testing/fixtures.js';

const servers: ApiServer[] = [];

async function serve(routes: Readonly<Record<string, Handler>>): Promise<{ url: string; server: ApiServer }> {
  const server = new ApiServer(routes);
  servers.push(server);
  return { url: await server.start(), server };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  removeFolders();
});

const DATASET = {
  name: 'web-demo',
  stage: 'mix',
  latest: '0123456789ab',
  versions: 2,
  updatedAt: '2026-01-02T03:04:05.000Z',
  documents: 5,
  tokens: 1234,
  bytes: 5000,
};

describe('exit codes', () => {
  it.each([
    [400, 'REQUEST_INVALID', 2],
    [401, 'UNAUTHENTICATED', 3],
    [403, 'HOST_NOT_ALLOWED', 3],
    [404, 'DATASET_NOT_FOUND', 4],
    [409, 'RUN_STATE_CONFLICT', 5],
    [412, 'PRECONDITION_FAILED', 5],
    [500, 'INTERNAL', 1],
    [503, 'DATABASE_UNAVAILABLE', 8],
  ])('follow the status: %d %s ends with %d', async (status, code, exit) => {
    const { url } = await serve({ 'GET /v1/datasets/web-demo': () => problem(status, code) });
    const outcome = await corpusmill(['datasets', 'show', 'web-demo'], { url });
    expect(outcome).toEqual({
      code: exit,
      stdout: '',
      stderr: `error ${code}: detail of ${code}\n  trace t1\n`,
    });
  });

  it('is 8 where no server answers', async () => {
    const { url, server } = await serve({});
    await server.stop();
    servers.pop();
    expect(await corpusmill(['datasets', 'list'], { url })).toMatchObject({
      code: 8,
      stderr: expect.stringMatching(/SERVER_UNREACHABLE.*ECONNREFUSED/),
    });
  });

  it.each([
    [['nonsense']],
    [['runs', 'list', '--state', 'nowhere']],
    [['runs', 'list', '--limit', '0']],
    [['pull', 'web-demo']],
    [['pull', 'Web_Demo', '--out', 'x']],
    [['datasets', 'show', 'web-demo@xyz']],
    [['trace', 'web-demo']],
    [['trace', 'web-demo', '--file', 'x']],
    [['trace', 'web-demo', '--doc', 'a', '--url', 'b']],
    [['export', 'web-demo', '--out', '-', '--format', 'parquet']],
    [['plan', 'no-such-file.yaml']],
    [['run', 'recipe.yaml', '--on-interrupt', 'maybe']],
  ])('is 2 for a wrong call: %j', async (args) => {
    const outcome = await corpusmill(args);
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).not.toBe('');
  });

  it('is 0 for help, with examples, on every command', async () => {
    for (const command of [
      [],
      ['serve'],
      ['plan'],
      ['run'],
      ['runs', 'list'],
      ['runs', 'logs'],
      ['datasets', 'show'],
      ['report'],
      ['export'],
      ['pull'],
      ['verify'],
      ['trace'],
      ['completion'],
    ]) {
      const outcome = await corpusmill([...command, '--help']);
      expect([command, outcome.code, outcome.stdout.includes('Examples:')]).toEqual([command, 0, true]);
    }
  });
});

describe('output', () => {
  it('is a table for people, JSON with --json, names with --quiet', async () => {
    const { url } = await serve({
      'GET /v1/datasets': () => ({ status: 200, body: { items: [DATASET], nextCursor: null } }),
    });
    expect((await corpusmill(['datasets', 'list'], { url })).stdout).toBe(
      'DATASET   STAGE  LATEST        VERSIONS  DOCUMENTS  TOKENS    SIZE  UPDATED\n' +
        'web-demo  mix    0123456789ab         2          5   1,234  5.0 kB  2026-01-02 03:04:05Z\n',
    );
    expect(JSON.parse((await corpusmill(['datasets', 'list', '--json'], { url })).stdout)).toEqual({
      items: [DATASET],
      nextCursor: null,
    });
    expect((await corpusmill(['datasets', 'list', '-q'], { url })).stdout).toBe('web-demo\n');
  });

  it('collects every page of a list', async () => {
    const { url } = await serve({
      'GET /v1/datasets': (request) => {
        const isSecond = request.url?.includes('cursor=next') === true;
        return {
          status: 200,
          body: { items: [{ ...DATASET, name: isSecond ? 'b' : 'a' }], nextCursor: isSecond ? null : 'next' },
        };
      },
    });
    expect((await corpusmill(['datasets', 'list', '-q'], { url })).stdout).toBe('a\nb\n');
  });

  it('never lets data reach the terminal as control sequences', async () => {
    const { url } = await serve({
      'GET /v1/datasets/web-demo': () => ({
        status: 200,
        body: { ...DATASET, stage: '\u001b]0;owned\u0007mix\u001b[2J' },
      }),
    });
    const { stdout } = await corpusmill(['datasets', 'show', 'web-demo'], { url });
    expect(stdout).toContain('stage      mix\n');
    expect(stdout).not.toContain('\u001b');
  });

  it('colours only where wanted', async () => {
    const { url } = await serve({ 'GET /v1/datasets/web-demo': () => problem(404, 'DATASET_NOT_FOUND') });
    const show = ['datasets', 'show', 'web-demo'];
    expect((await corpusmill(show, { url, isTty: true })).stderr).toContain('\u001b[31merror\u001b[39m');
    expect((await corpusmill([...show, '--no-color'], { url, isTty: true })).stderr).not.toContain('\u001b');
    expect((await corpusmill(show, { url, isTty: true, env: { NO_COLOR: '1' } })).stderr).not.toContain(
      '\u001b',
    );
  });

  it('completes commands and options in three shells', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, stdout } = await corpusmill(['completion', shell]);
      expect([
        shell,
        code,
        stdout.includes('versions'),
        stdout.includes(shell === 'fish' ? '-l formats' : '--formats'),
      ]).toEqual([shell, 0, true, true]);
    }
  });
});

describe('requests', () => {
  it('carry the token, and POSTs that start something an idempotency key', async () => {
    const headers: Record<string, unknown>[] = [];
    const folder = makeFolder();
    writeFileSync(join(folder, 'r.json'), '{"name":"x"}');
    const { url } = await serve({
      'POST /v1/runs': (request) => {
        headers.push(request.headers);
        return headers.length === 1
          ? problem(503, 'DATABASE_UNAVAILABLE')
          : { status: 202, body: { id: 'run-1', state: 'pending', steps: [] } };
      },
    });
    expect(await corpusmill(['run', 'r.json', '--quiet'], { url, cwd: folder })).toMatchObject({
      code: 0,
      stdout: 'run-1\n',
    });
    expect(headers[0]?.['authorization']).toBe('Bearer corpusmill_test');
    expect(headers[0]?.['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers[1]?.['idempotency-key']).toBe(headers[0]?.['idempotency-key']);
  });

  it('look at a run again where it changed before it was cancelled', async () => {
    let revision = 3;
    const { url, server } = await serve({
      'GET /v1/runs/r': () => ({ status: 200, body: { id: 'r', state: 'running', revision } }),
      'POST /v1/runs/r/cancel': (request) => {
        if (request.headers['if-match'] === '"4"')
          return { status: 202, body: { id: 'r', state: 'cancelling', revision: 5 } };
        revision = 4;
        return problem(412, 'PRECONDITION_FAILED');
      },
    });
    expect(await corpusmill(['runs', 'cancel', 'r'], { url })).toMatchObject({
      code: 0,
      stdout: 'run r is cancelling\n',
    });
    expect(server.seen).toHaveLength(4);
  });
});
