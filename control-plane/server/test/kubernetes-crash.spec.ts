import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CRASH_POINTS } from '../src/common/crash-points.js';
import type { RunDto } from '../src/runs/dto/run.dto.js';
import { ClusterWorkspace } from './support/cluster/cluster-workspace.js';
import { queryRows } from './support/databases.js';
import { ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

const STAGES = { extract: {}, filter: {}, score: {} };
/** Runs that are under way at each crash point; `CORPUSMILL_TEST_RUNS=200` for the whole of K1. */
const RUNS = Number(process.env['CORPUSMILL_TEST_RUNS'] ?? 3);
/** Many runs take their time; 60 s are enough for a few. */
const FINISH_MS = 60_000 + RUNS * 2000;

const TEST_MS = FINISH_MS * 3;

describe('K1: a server on Kubernetes that is killed', () => {
  let cluster: ClusterWorkspace;

  beforeEach(async () => {
    cluster = await ClusterWorkspace.create();
    cluster.workspace.addModel('quality');
  });

  afterEach(() => cluster.remove());

  const start = (extra: Readonly<Record<string, string>> = {}) =>
    ServerProcess.start(cluster.workspace, cluster.env(extra));

  async function expectCatalogEqualsManifests(runs: readonly RunDto[]): Promise<void> {
    const rows = await queryRows<{ key: string }>(cluster.workspace.database.url, 'select key from versions');
    const keys = runs.flatMap((run) => run.steps.map((step) => step.versionKey));
    expect(rows.map((row) => row.key).sort()).toEqual([...new Set(keys)].sort());
  }

  const submitAll = async (server: ServerProcess) => {
    const ids: string[] = [];
    for (let index = 0; index < RUNS; index += 1) {
      const recipe = cluster.workspace.recipe(
        { ...STAGES, extract: { maxHtmlDepth: 100 + index } },
        `run-${index}`,
      );
      const submitted = await server.api.submit(cluster.workspace, recipe).catch(() => null);
      if (submitted !== null) ids.push(submitted.id);
    }
    return ids;
  };

  const runPoints = CRASH_POINTS.filter((point) => !point.includes('cancel') && !point.includes('approved'));

  it.each(runPoints)(
    'has one object per attempt, no orphan, and every run ends: %s',
    async (point) => {
      const first = await start({ CORPUSMILL_CRASH_AT: point });
      await submitAll(first);
      expect(await first.ended()).toBe('SIGKILL');
      const second = await start();
      const { body } = await second.api.get<{ items: RunDto[] }>('/v1/runs?limit=500');
      const runs = await Promise.all(body.items.map((run) => second.api.finished(run.id, FINISH_MS)));
      expect(runs.map((run) => run.state)).toEqual(runs.map(() => 'succeeded'));
      expect(runs.length).toBeGreaterThan(0);
      const attempts = runs.flatMap((run) => run.steps.flatMap((step) => step.attempts));
      expect(cluster.api.created.toSorted()).toEqual(attempts.map((attempt) => attempt.id).sort());
      await cluster.emptied(FINISH_MS);
      await expectCatalogEqualsManifests(runs);
      await second.kill('SIGTERM');
    },
    TEST_MS,
  );

  it(
    'commits an approved version once, and starts nothing anew: after-approved-commit',
    async () => {
      cluster.workspace.behave({ filter: { hold: true } });
      const first = await start({ CORPUSMILL_CRASH_AT: 'after-approved-commit' });
      const ids = await submitAll(first);
      for (const id of ids)
        await first.api.until(id, (run) => run.steps[1]!.state === 'waiting-approval', FINISH_MS);
      await first.api.command(ids[0]!, 'approve').catch(() => undefined);
      expect(await first.ended()).toBe('SIGKILL');
      const second = await start();
      for (const id of ids.slice(1)) expect((await second.api.command(id, 'approve')).status).toBe(202);
      const runs = await Promise.all(ids.map((id) => second.api.finished(id, FINISH_MS)));
      expect(runs.map((run) => run.state)).toEqual(ids.map(() => 'succeeded'));
      const attempts = runs.flatMap((run) => run.steps.flatMap((step) => step.attempts));
      expect(attempts.length).toBe(ids.length * 3);
      expect(cluster.api.created.toSorted()).toEqual(attempts.map((attempt) => attempt.id).sort());
      await cluster.emptied(FINISH_MS);
      await expectCatalogEqualsManifests(runs);
      await second.kill('SIGTERM');
    },
    TEST_MS,
  );

  it.each(CRASH_POINTS.filter((point) => point.includes('cancel')))('ends a cancel: %s', async (point) => {
    cluster.workspace.behave({ extract: { hang: 99 } });
    const first = await start({ CORPUSMILL_CRASH_AT: point });
    const submitted = await first.api.submit(cluster.workspace, cluster.workspace.recipe(STAGES));
    await first.api.until(submitted.id, (run) => run.steps[0]!.attempts[0]?.state === 'running');
    await first.api.command(submitted.id, 'cancel').catch(() => undefined);
    expect(await first.ended()).toBe('SIGKILL');
    const second = await start();
    expect((await second.api.finished(submitted.id)).state).toBe('cancelled');
    await cluster.emptied();
    expect(cluster.api.created).toHaveLength(1);
    await second.kill('SIGTERM');
  });

  it('K9: makes no second object where the holder of the lease sleeps and wakes after another took over', async () => {
    cluster.operators.isDown = true;
    const first = await start();
    const submitted = await first.api.submit(cluster.workspace, cluster.workspace.recipe({ extract: {} }));
    await until(() => cluster.objects('sparkapplications').length === 1);
    first.pause();
    const second = await start({ CORPUSMILL_HOME: `${cluster.workspace.folder}/second` });
    cluster.operators.resume();
    const run = await second.api.finished(submitted.id, 60_000);
    first.resume();
    const again = await first.api.submit(
      cluster.workspace,
      cluster.workspace.recipe({ extract: {}, filter: {} }),
    );
    const next = await second.api.finished(again.id, 60_000);
    expect([run.state, next.state]).toEqual(['succeeded', 'succeeded']);
    const attempts = [run, next].flatMap((one) => one.steps.flatMap((step) => step.attempts));
    expect(cluster.api.created.toSorted()).toEqual(attempts.map((attempt) => attempt.id).sort());
    await first.kill('SIGTERM');
    await second.kill('SIGTERM');
  });
});
