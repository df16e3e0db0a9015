import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanDto } from '../src/plans/dto/plan.dto.js';
import { queryRows } from './support/databases.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

describe('runs', () => {
  let workspace: Workspace;
  let running: TestServer;
  let variant = 0;

  /** Stages that no earlier test has run. */
  const fresh = (stages: Readonly<Record<string, object>> = { filter: {} }): object => {
    variant += 1;
    return workspace.recipe({ extract: { maxRecordBytes: 10_000 + variant }, ...stages });
  };

  beforeAll(async () => {
    workspace = await Workspace.create();
    running = await startTestServer(workspace);
  });

  afterAll(async () => {
    await running.server.close('end');
    await workspace.remove();
  });

  it('runs every stage once, each in the order of the design, and enters all versions', async () => {
    workspace.addModel('quality');
    const stages = { mix: {}, filter: {}, dedup: {}, score: {}, scrub: {}, tokenize: {} };
    const submitted = await running.api.submit(workspace, fresh(stages));
    const run = await running.api.finished(submitted.id);
    expect(run.problem).toBeNull();
    expect(run.state).toBe('succeeded');
    expect(
      run.steps.map((step) => `${step.stage} ${step.state} ${step.attempts.length} ${step.dataset}`),
    ).toEqual([
      'extract succeeded 1 test/extract',
      'filter succeeded 1 test/filter',
      'dedup succeeded 1 test/dedup',
      'score succeeded 1 test/score',
      'scrub succeeded 1 test/scrub',
      'tokenize succeeded 1 test/tokenize',
      'mix succeeded 1 test',
    ]);
    expect(run.version).toBe(`test@${run.steps[6]!.versionKey.slice(0, 12)}`);
    expect(run.steps[0]!.counts).toMatchObject({ in: 3, kept: 2, rejected: 1, quarantined: 0 });
    const rows = await queryRows<{ dataset: string }>(
      workspace.database.url,
      `select dataset from dataset_versions where version_key = '${run.steps[6]!.versionKey}' order by dataset`,
    );
    expect(rows.map((row) => row.dataset)).toEqual(['test', 'test/mix']);
  });

  it('hands consecutive Spark stages to one host', async () => {
    const submitted = await running.api.submit(workspace, fresh({ filter: {}, dedup: {} }));
    const run = await running.api.finished(submitted.id);
    const hosts = run.steps.map((step) => step.attempts[0]!.workload?.['sparkHost']);
    expect(new Set(hosts).size).toBe(1);
    expect(hosts[0]).toMatch(/^h-/);
  });

  it('reuses committed versions and says from which run', async () => {
    const recipe = fresh();
    const first = await running.api.finished((await running.api.submit(workspace, recipe)).id);
    const second = await running.api.finished((await running.api.submit(workspace, recipe)).id);
    expect(second.state).toBe('succeeded');
    expect(second.steps.map((step) => step.state)).toEqual(['reused', 'reused']);
    expect(second.steps.map((step) => step.reusedFromRun)).toEqual([first.id, first.id]);
    expect(second.steps.flatMap((step) => step.attempts)).toEqual([]);
  });

  it('runs only what comes after a changed setting', async () => {
    const stages = { filter: {}, dedup: {} };
    await running.api.finished((await running.api.submit(workspace, fresh(stages))).id);
    const changed = workspace.recipe({
      extract: { maxRecordBytes: 10_000 + variant },
      filter: {},
      dedup: { exact: false },
    });
    const plan = await running.api.post<PlanDto>('/v1/plans', {
      recipe: changed,
      baseUri: workspace.baseUri,
    });
    expect(plan.body.steps.map((step) => step.action)).toEqual(['reused', 'reused', 'new']);
    expect(plan.body.steps[2]!.estimate.bytesIn).toBeGreaterThan(0);
    const run = await running.api.finished((await running.api.submit(workspace, changed)).id);
    expect(run.steps.map((step) => step.state)).toEqual(['reused', 'reused', 'succeeded']);
  });

  it('makes a version once where two runs want it at the same time', async () => {
    workspace.behave({ extract: { workMs: 400 } });
    const recipe = fresh({});
    const submitted = await Promise.all([1, 2, 3].map(() => running.api.submit(workspace, recipe)));
    const runs = await Promise.all(submitted.map((run) => running.api.finished(run.id)));
    expect(runs.map((run) => run.state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(runs.flatMap((run) => run.steps.flatMap((step) => step.attempts))).toHaveLength(1);
    workspace.behave({});
  });

  it('tries again after a retryable problem, and keeps the log of each attempt', async () => {
    workspace.behave({ extract: { fail: { code: 'STORAGE_UNAVAILABLE', retryable: true, times: 1 } } });
    const run = await running.api.finished((await running.api.submit(workspace, fresh())).id);
    expect(run.state).toBe('succeeded');
    const attempts = run.steps[0]!.attempts;
    expect(attempts.map((attempt) => [attempt.number, attempt.state, attempt.problem?.code ?? null])).toEqual(
      [
        [1, 'failed', 'STORAGE_UNAVAILABLE'],
        [2, 'succeeded', null],
      ],
    );
    const log = await running.api.get<string>(`/v1/runs/${run.id}/logs?stage=extract&attempt=1`);
    expect(log.body).toBe(`work on extract as ${attempts[0]!.id}\n`);
    expect(log.headers.get('x-log-complete')).toBe('true');
    expect(log.headers.get('x-log-offset')).toBe(String(log.body.length));
    workspace.behave({});
  });

  it('fails the run at once after a problem that is not retryable, and goes on with it on retry', async () => {
    workspace.behave({ filter: { fail: { code: 'JOB_FAILED', retryable: false, times: 1 } } });
    const submitted = await running.api.submit(workspace, fresh({ filter: {}, dedup: {} }));
    const failed = await running.api.finished(submitted.id);
    expect(failed.state).toBe('failed');
    expect(failed.problem).toMatchObject({
      code: 'JOB_FAILED',
      message: 'as the test wants',
      retryable: false,
    });
    expect(failed.steps.map((step) => step.state)).toEqual(['succeeded', 'failed', 'cancelled']);
    expect((await running.api.command(failed.id, 'retry')).status).toBe(202);
    const run = await running.api.finished(failed.id);
    expect(run.state).toBe('succeeded');
    expect(run.steps.map((step) => step.attempts.length)).toEqual([1, 2, 1]);
    workspace.behave({});
  });

  it('gives up after three attempts whose workload vanishes', async () => {
    workspace.behave({ extract: { vanish: 99 } });
    const run = await running.api.finished((await running.api.submit(workspace, fresh())).id);
    expect(run.state).toBe('failed');
    expect(run.steps[0]!.attempts.map((attempt) => attempt.state)).toEqual(['lost', 'lost', 'lost']);
    expect(run.problem?.code).toBe('WORKLOAD_LOST');
    workspace.behave({});
  });

  it('believes the manifest and not the exit status', async () => {
    workspace.addModel('quality');
    workspace.behave({ score: { exitStatus: 9 } });
    const run = await running.api.finished((await running.api.submit(workspace, fresh({ score: {} }))).id);
    expect(run.state).toBe('succeeded');
    workspace.behave({});
  });

  it('fails a step whose manifest does not fit its files', async () => {
    workspace.behave({ extract: { wrongSize: true } });
    const run = await running.api.finished((await running.api.submit(workspace, fresh({}))).id);
    expect(run.problem?.code).toBe('INPUT_CORRUPT');
    expect(run.problem?.message).toContain('documents/part-0.parquet');
    expect(run.steps[0]!.attempts).toHaveLength(1);
    workspace.behave({});
  });

  it('makes a version again where its folder was deleted', async () => {
    const recipe = fresh({});
    const first = await running.api.finished((await running.api.submit(workspace, recipe)).id);
    const folder = join(workspace.home, 'store', 'versions', 'extract', first.steps[0]!.versionKey);
    rmSync(folder, { recursive: true });
    const second = await running.api.finished((await running.api.submit(workspace, recipe)).id);
    expect(second.steps[0]!.state).toBe('succeeded');
    expect(readdirSync(folder)).toContain('manifest.json');
  });

  it('plans another version where an input file has changed', async () => {
    const recipe = fresh({});
    const keyOf = async () => {
      const plan = await running.api.post<PlanDto>('/v1/plans', { recipe, baseUri: workspace.baseUri });
      return plan.body.steps[0]!.versionKey;
    };
    const before = await keyOf();
    expect(await keyOf()).toBe(before);
    appendFileSync(join(workspace.folder, 'data', 'a.jsonl'), '{"text":"b"}\n');
    expect(await keyOf()).not.toBe(before);
  });
});
