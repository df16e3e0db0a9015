import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createS3Client } from '../src/storage/s3-client.js';
import { S3Storage } from '../src/storage/s3-storage.js';
import type { PlanDto } from '../src/plans/dto/plan.dto.js';
import type { VersionFileDto } from '../src/datasets/dto/dataset.dto.js';
import { HAS_S3, S3_CREDENTIALS, S3Server } from './support/s3-server.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

(HAS_S3 ? describe : describe.skip)('a store in S3', () => {
  let s3: S3Server;
  let workspace: Workspace;
  let running: TestServer;

  beforeAll(async () => {
    Object.assign(process.env, S3_CREDENTIALS);
    s3 = await S3Server.start();
    workspace = await Workspace.create();
    const { endpoint } = s3.facts;
    const storage = new S3Storage(
      s3.rootUri,
      createS3Client({ endpoint, region: 'us-east-1', presignSeconds: 0 }),
    );
    for (const key of ['crawl/a.jsonl', 'crawl/b.jsonl', 'crawl/deep/c.jsonl', 'crawl/notes.txt'])
      await storage.put(sourceUri(key), Buffer.from('{"text":"a"}\n'));
    running = await startTestServer(workspace, s3.env());
  });

  afterEach(() => s3.break([]));

  afterAll(async () => {
    await running.server.close('end');
    await workspace.remove();
    await s3.stop();
  });

  const sourceUri = (key: string) => `s3://${s3.facts.bucket}/${key}`;
  const recipe = (uris: readonly string[], stages: Readonly<Record<string, object>> = { extract: {} }) => ({
    ...workspace.recipe(stages),
    sources: [{ name: 'web', kind: 'jsonl', uris: uris.map(sourceUri) }],
  });
  const planOf = async (uris: readonly string[]) =>
    running.api.post<PlanDto & { errors: { message: string }[] }>('/v1/plans', {
      recipe: recipe(uris),
      baseUri: workspace.baseUri,
    });
  const raw = (path: string, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) =>
    fetch(running.api.url + path, {
      ...init,
      headers: { Authorization: `Bearer ${running.api.token}`, ...headers },
    });

  it('takes sources by key and by glob, and says what a missing one is', async () => {
    const bytesOf = async (...uris: string[]) => (await planOf(uris)).body.sources[0]!.bytes;
    expect(await bytesOf('crawl/a.jsonl')).toBe(13);
    expect(await bytesOf('crawl/*.jsonl')).toBe(26);
    expect(await bytesOf('crawl/**/*.jsonl', 'crawl/a.jsonl')).toBe(39);
    expect(await bytesOf('crawl/{a,b}.jsonl', 'crawl/none.jsonl')).toBe(26);
    const messages = async (uri: string) => (await planOf([uri])).body.errors.map(({ message }) => message);
    expect((await messages('nothing/*.jsonl'))[0]).toContain('lead to no file');
    expect((await messages('crawl'))[0]).toContain('is a folder; name its files');
  });

  it('runs a recipe, keeps logs, and lets the store serve the files', async () => {
    const submitted = await running.api.submit(
      workspace,
      recipe(['crawl/*.jsonl'], { extract: {}, filter: {} }),
    );
    const run = await running.api.finished(submitted.id);
    expect([run.state, run.problem]).toEqual(['succeeded', null]);
    expect(run.steps.map((step) => step.attempts.length)).toEqual([1, 1]);
    const log = await raw(`/v1/runs/${run.id}/logs?stage=extract`);
    expect(await log.text()).toContain('work on extract');

    const version = '/v1/datasets/test/versions/latest';
    const listed = await running.api.get<{ items: VersionFileDto[] }>(`${version}/files`);
    const file = listed.body.items[0]!;
    const redirected = await raw(`${version}/files/${file.path}`, {}, { redirect: 'manual' });
    expect([redirected.status, redirected.headers.get('cache-control')]).toEqual([307, 'no-store']);
    const answer = await fetch(redirected.headers.get('location')!, { headers: { range: 'bytes=0-5' } });
    expect([answer.status, await answer.text()]).toEqual([206, 'output']);

    const given = await running.api.get<{ url: string; expiresAt: string }>(
      `${version}/file-urls/${file.path}`,
    );
    expect(given.headers.get('cache-control')).toBe('no-store');
    expect(Date.parse(given.body.expiresAt) - Date.now()).toBeLessThanOrEqual(900_000);
    expect((await (await fetch(given.body.url)).arrayBuffer()).byteLength).toBe(file.bytes);

    const streamed = await raw(
      `${version}/files/${file.path}`,
      { range: 'bytes=7-8', 'if-range': `"${file.sha256}"` },
      { redirect: 'manual' },
    );
    expect([streamed.status, await streamed.text()]).toEqual([206, 'of']);
    const head = await raw(`${version}/files/${file.path}`, {}, { method: 'HEAD', redirect: 'manual' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(file.bytes)]);
  });

  it('waits while the store is gone, and goes on with the same attempt', async () => {
    workspace.behave({ filter: { workMs: 3000 } });
    const stages = { extract: { maxRecordBytes: 12_345 }, filter: {} };
    const submitted = await running.api.submit(workspace, recipe(['crawl/*.jsonl'], stages));
    await running.api.until(submitted.id, (run) => run.steps[1]!.state === 'running');
    await s3.break([{ fault: 'outage' }]);
    const ready = await raw('/readyz');
    expect([ready.status, ((await ready.json()) as { checks: { storage: string } }).checks.storage]).toEqual([
      503,
      expect.stringContaining('did not answer'),
    ]);
    expect((await running.api.run(submitted.id)).state).toBe('running');
    await s3.break([]);
    const run = await running.api.finished(submitted.id, 60_000);
    expect(run.steps.map((step) => [step.state, step.attempts.length])).toEqual([
      ['succeeded', 1],
      ['succeeded', 1],
    ]);
  });
});
