import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../src/common/http/problem.dto.js';
import type { RunDto, RunEventDto } from '../src/runs/dto/run.dto.js';
import { Api } from './support/api.js';
import { queryRows } from './support/databases.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

describe('API', () => {
  let workspace: Workspace;
  let running: TestServer;
  let api: Api;

  beforeAll(async () => {
    workspace = await Workspace.create();
    running = await startTestServer(workspace);
    api = running.api;
  });

  afterAll(async () => {
    await running.server.close('end');
    await workspace.remove();
  });

  const body = () => ({ recipe: workspace.recipe(), baseUri: workspace.baseUri });

  /** Status of a GET with headers that fetch does not let us set. */
  const statusWith = (headers: Readonly<Record<string, string>>): Promise<number> =>
    new Promise((resolve, reject) => {
      const url = new URL('/v1/runs', running.server.url);
      const authorization = `Bearer ${running.server.token}`;
      request(url, { headers: { authorization, ...headers } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      })
        .once('error', reject)
        .end();
    });

  describe('access', () => {
    it('keeps its token in a file that only the owner may read', () => {
      expect(statSync(join(workspace.home, 'token')).mode & 0o777).toBe(0o600);
      expect(running.server.token).toMatch(/^corpusmill_[A-Za-z0-9_-]{43}$/);
    });

    it('refuses requests without the token, and says how to send it', async () => {
      const answer = await new Api(running.server.url, 'wrong').get<Problem>('/v1/runs');
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, instance: '/v1/runs' });
    });

    it('asks for the token on metrics, but not on health', async () => {
      const open = new Api(running.server.url, '');
      expect((await open.get('/healthz')).status).toBe(200);
      expect((await open.get('/readyz')).status).toBe(200);
      expect((await open.get('/metrics')).status).toBe(401);
      expect((await api.get<string>('/metrics')).body).toContain('# HELP corpusmill_runs ');
    });

    it('refuses foreign Host and Origin headers', async () => {
      expect(await statusWith({ host: 'evil.example' })).toBe(403);
      expect(await statusWith({ origin: 'https://evil.example' })).toBe(403);
      expect(await statusWith({ host: 'localhost:80', origin: 'http://127.0.0.1:3000' })).toBe(200);
    });

    it('sends headers that keep browsers from guessing and framing', async () => {
      const { headers } = await api.get('/v1/runs');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
      expect(headers.get('x-powered-by')).toBeNull();
    });
  });

  describe('problems', () => {
    it('names routes that are not there', async () => {
      const answer = await api.get<Problem>('/v1/nothing');
      expect([answer.status, answer.body.code]).toEqual([404, 'ROUTE_NOT_FOUND']);
    });

    it('repeats the trace id of the caller', async () => {
      const traceparent = '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01';
      const answer = await api.get<Problem>('/v1/runs/unknown', { traceparent });
      expect(answer.body).toMatchObject({
        code: 'RUN_NOT_FOUND',
        traceId: '0123456789abcdef0123456789abcdef',
      });
    });

    it('refuses bodies that are no JSON, too large, or of another shape', async () => {
      const headers = { 'Content-Type': 'application/json' };
      expect((await api.post<Problem>('/v1/plans', '{"recipe":', headers)).body.code).toBe('REQUEST_INVALID');
      const large = await api.post<Problem>('/v1/plans', { recipe: 'x'.repeat(5_000_000) });
      expect([large.status, large.body.code]).toEqual([400, 'REQUEST_INVALID']);
      const other = await api.post<Problem>('/v1/plans', { recipes: {} });
      expect(other.status).toBe(400);
      expect(other.body.errors?.map((error) => error.pointer)).toContain('/recipe');
    });

    it('refuses cursors and limits that are not valid', async () => {
      expect((await api.get<Problem>('/v1/runs?cursor=xyz')).body.code).toBe('REQUEST_INVALID');
      expect((await api.get<Problem>('/v1/runs?limit=501')).body.errors).toMatchObject([
        { pointer: '/limit' },
      ]);
    });
  });

  describe('idempotency', () => {
    it('makes one run of fifty equal requests', async () => {
      const send = () => api.post<RunDto & Problem>('/v1/runs', body(), { 'Idempotency-Key': 'fifty' });
      const answers = await Promise.all(Array.from({ length: 50 }, send));
      const accepted = answers.filter((answer) => answer.status === 202);
      const others = answers.filter((answer) => answer.status !== 202);
      expect(accepted.length).toBeGreaterThan(0);
      expect(others.every((answer) => answer.body.code === 'IDEMPOTENCY_KEY_IN_USE')).toBe(true);
      const again = await send();
      expect(new Set([...accepted, again].map((answer) => JSON.stringify(answer.body))).size).toBe(1);
      expect(again.headers.get('location')).toBe(`/v1/runs/${again.body.id}`);
      const rows = await queryRows(
        workspace.database.url,
        `select id from runs where id = '${again.body.id}'`,
      );
      expect(rows).toHaveLength(1);
      expect((await queryRows(workspace.database.url, 'select id from runs')).length).toBe(1);
      await api.finished(again.body.id);
    });

    it('refuses another body with a used key, and a request without a key', async () => {
      await api.post('/v1/runs', body(), { 'Idempotency-Key': 'used' });
      const other = { ...body(), recipe: workspace.recipe({ extract: {} }) };
      const reused = await api.post<Problem>('/v1/runs', other, { 'Idempotency-Key': 'used' });
      expect([reused.status, reused.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
      const missing = await api.post<Problem>('/v1/runs', body());
      expect([missing.status, missing.body.code]).toEqual([400, 'IDEMPOTENCY_KEY_REQUIRED']);
    });

    it('does not hold a key against a request that had no effect', async () => {
      const broken = { ...body(), recipe: { name: 'x' } };
      const headers = { 'Idempotency-Key': 'second-try' };
      expect((await api.post('/v1/runs', broken, headers)).status).toBe(422);
      expect((await api.post('/v1/runs', body(), headers)).status).toBe(202);
    });
  });

  describe('preconditions', () => {
    it('asks for If-Match on commands, and refuses an old one', async () => {
      const run = await api.submit(workspace);
      const path = `/v1/runs/${run.id}/cancel`;
      const missing = await api.post<Problem>(path, undefined, { 'Idempotency-Key': 'pre-1' });
      expect([missing.status, missing.body.code]).toEqual([428, 'PRECONDITION_REQUIRED']);
      const old = await api.post<Problem>(path, undefined, { 'Idempotency-Key': 'pre-2', 'If-Match': '"0"' });
      expect([old.status, old.body.code]).toEqual([412, 'PRECONDITION_FAILED']);
      await api.finished(run.id);
    });
  });

  describe('lists', () => {
    it('gives every run once, newest first, whatever the page size', async () => {
      const submitted = await Promise.all([1, 2, 3].map(() => api.submit(workspace)));
      const ids: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page: { items: RunDto[]; nextCursor: string | null } = (
          await api.get<{ items: RunDto[]; nextCursor: string | null }>(`/v1/runs?limit=2${query}`)
        ).body;
        ids.push(...page.items.map((run) => run.id));
        cursor = page.nextCursor;
      }
      expect(new Set(ids).size).toBe(ids.length);
      for (const run of submitted) expect(ids).toContain(run.id);
      const rows = await queryRows<{ id: string }>(
        workspace.database.url,
        'select id from runs order by created_at desc, id desc',
      );
      expect(ids).toEqual(rows.map((row) => row.id));
      await Promise.all(submitted.map((run) => api.finished(run.id)));
    });

    it('filters runs by state and name', async () => {
      const run = await api.finished(
        (await api.submit(workspace, workspace.recipe({ extract: {} }, 'other'))).id,
      );
      const found = await api.get<{ items: RunDto[] }>('/v1/runs?name=other&state=succeeded');
      expect(found.body.items.map((item) => item.id)).toEqual([run.id]);
      expect((await api.get<{ items: RunDto[] }>('/v1/runs?name=other&state=failed')).body.items).toEqual([]);
    });

    it('shows the recipes that were submitted', async () => {
      const run = await api.submit(workspace);
      const recipe = await api.get<{ recipe: { name: string } }>(`/v1/recipes/${run.recipeDigest}`);
      expect(recipe.body.recipe.name).toBe('test');
      const missing = await api.get<Problem>(`/v1/recipes/${'0'.repeat(64)}`);
      expect([missing.status, missing.body.code]).toEqual([404, 'RECIPE_NOT_FOUND']);
      await api.finished(run.id);
    });
  });

  describe('events', () => {
    const streamText = async (id: string, headers: Readonly<Record<string, string>> = {}): Promise<string> =>
      (await api.get<string>(`/v1/runs/${id}/events`, { Accept: 'text/event-stream', ...headers })).body;

    it('streams every event of a run to its end, and resumes after the last one seen', async () => {
      const submitted = await api.submit(workspace, workspace.recipe({ extract: { maxHtmlDepth: 77 } }));
      const text = await streamText(submitted.id);
      const types = [...text.matchAll(/^event: (.+)$/gm)]
        .map((match) => match[1])
        .filter((type) => type !== 'step.progress');
      expect(types[0]).toBe('run.created');
      expect(types.at(-1)).toBe('run.succeeded');
      expect(types).toEqual(
        expect.arrayContaining(['run.started', 'step.started', 'attempt.submitted', 'step.succeeded']),
      );
      const ids = [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
      expect(ids).toEqual([...ids].sort((left, right) => left - right));
      const rest = await streamText(submitted.id, { 'Last-Event-ID': String(ids[2]) });
      expect([...rest.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]))).toEqual(ids.slice(3));
    });

    it('gives the same events as pages', async () => {
      const run = await api.finished((await api.submit(workspace)).id);
      const first = await api.get<{ items: RunEventDto[]; nextCursor: string }>(
        `/v1/runs/${run.id}/events?limit=2`,
        {
          Accept: 'application/json',
        },
      );
      expect(first.body.items.map((event) => event.type)).toEqual(['run.created', 'run.started']);
      const cursor = encodeURIComponent(first.body.nextCursor);
      const second = await api.get<{ items: RunEventDto[]; nextCursor: null }>(
        `/v1/runs/${run.id}/events?cursor=${cursor}`,
        { Accept: 'application/json' },
      );
      expect(second.body.items.at(-1)!.type).toBe('run.succeeded');
      expect(second.body.nextCursor).toBeNull();
    });

    it('answers 404 for a run that is not there', async () => {
      expect((await api.get('/v1/runs/none/events', { Accept: 'text/event-stream' })).status).toBe(404);
    });
  });

  describe('description', () => {
    it('is served with a page to try it', async () => {
      const open = new Api(running.server.url, '');
      const document = await open.get<{ openapi: string; paths: object }>('/openapi.json');
      expect(document.body.openapi).toBe('3.1.0');
      expect(Object.keys(document.body.paths)).toContain('/v1/runs/{id}/events');
      expect((await open.get<string>('/docs')).body).toContain('swagger-ui');
    });
  });
});
