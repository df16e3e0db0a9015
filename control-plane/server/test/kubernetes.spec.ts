import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunDto } from '../src/runs/dto/run.dto.js';
import { ClusterWorkspace } from './support/cluster/cluster-workspace.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { until } from './support/until.js';

const STAGES = { extract: {}, filter: {}, score: {} };

describe('runs on Kubernetes', () => {
  let cluster: ClusterWorkspace;
  let running: TestServer;

  beforeEach(async () => {
    cluster = await ClusterWorkspace.create();
    cluster.workspace.addModel('quality');
  });

  afterEach(async () => {
    await running.server.close('end');
    await cluster.remove();
  });

  const start = async (extra: Readonly<Record<string, string>> = {}) => {
    running = await startTestServer(cluster.workspace, cluster.env(extra));
  };
  const submit = (stages: Readonly<Record<string, object>> = STAGES) =>
    running.api.submit(cluster.workspace, cluster.workspace.recipe(stages));
  const codes = (run: RunDto) => run.steps[0]!.attempts.map((attempt) => attempt.problem?.code ?? null);
  const isRunning = (run: RunDto) => run.steps[0]!.attempts.at(-1)?.state === 'running';

  it('makes one custom resource per attempt, keeps its log, and deletes it with its pods', async () => {
    await start();
    const run = await running.api.finished((await submit()).id);
    expect(run.state).toBe('succeeded');
    const attempts = run.steps.flatMap((step) => step.attempts);
    expect(attempts.map((attempt) => [attempt.executor, attempt.workload?.['kind']])).toEqual([
      ['kubernetes', 'SparkApplication'],
      ['kubernetes', 'SparkApplication'],
      ['kubernetes', 'RayJob'],
    ]);
    cluster.expectOneCreatePerAttempt(run);
    await cluster.emptied();
    for (const attempt of attempts) expect(attempt.id.length).toBeLessThanOrEqual(40);
    const log = await running.api.get<string>(`/v1/runs/${run.id}/logs?stage=score`);
    expect(log.body).toBe(`work on score as ${attempts[2]!.id}\n`);
  });

  it('gives sizes, images and the spec to the custom resource', async () => {
    await start();
    cluster.operators.behaviour = { extract: { ignored: true } };
    const recipe = {
      ...cluster.workspace.recipe({ extract: {} }),
      resources: { extract: { cpu: 3, executors: 4 } },
    };
    const submitted = await running.api.submit(cluster.workspace, recipe);
    await until(() => cluster.objects('sparkapplications').length === 1);
    const [application] = cluster.objects('sparkapplications');
    expect(application!.spec).toMatchObject({ image: 'spark:test', executor: { cores: 3, instances: 4 } });
    expect(application!.metadata.labels).toMatchObject({ 'corpusmill.dev/run-id': submitted.id });
    const specUri = (application!.spec!['arguments'] as string[])[0]!;
    expect(cluster.readJson(specUri)).toMatchObject({ resources: { cpu: 12 } });
  });

  it('refuses larger sizes than it may give, with every pointer, before anything is planned', async () => {
    const limits = { MAX_CPU: '4', MAX_MEMORY_MB: '8192', MAX_TOTAL_CPU: '10' };
    await start(
      Object.fromEntries(
        Object.entries(limits).map(([name, value]) => [`CORPUSMILL_KUBERNETES_${name}`, value]),
      ),
    );
    const resources = {
      extract: { cpu: 5, memoryMb: 9000, executors: { min: 2, max: 101 } },
      filter: { gpu: 1 },
      score: { gpu: 9, executors: { min: 3, max: 2 } },
    };
    const recipe = { ...cluster.workspace.recipe(STAGES), resources };
    const body = { recipe, baseUri: cluster.workspace.baseUri };
    const answer = await running.api.post<{ errors: { pointer: string }[] }>('/v1/plans', body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error) => error.pointer).sort()).toEqual([
      '/resources/extract/cpu',
      '/resources/extract/executors/max',
      '/resources/extract/executors/min',
      '/resources/extract/memoryMb',
      '/resources/filter/gpu',
      '/resources/score/executors/min',
      '/resources/score/gpu',
    ]);
  });

  it('refuses sources that pods cannot read, and puts models where they can', async () => {
    await start({ CORPUSMILL_STORE: join(cluster.workspace.folder, 'store') });
    const body = { recipe: cluster.workspace.recipe(STAGES), baseUri: cluster.workspace.baseUri };
    const answer = await running.api.post<{ errors: { pointer: string }[] }>('/v1/plans', body);
    expect([answer.status, answer.body.errors.map((error) => error.pointer)]).toEqual([
      422,
      ['/sources/0/uris'],
    ]);
    const data = join(cluster.workspace.folder, 'store', 'data');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'a.jsonl'), '{"text":"a"}\n');
    const recipe = {
      ...cluster.workspace.recipe(STAGES),
      sources: [{ name: 'web', kind: 'jsonl', uris: [join(data, 'a.jsonl')] }],
    };
    const run = await running.api.finished((await running.api.submit(cluster.workspace, recipe)).id);
    expect(run.state).toBe('succeeded');
    const specUri = cluster.specUris.find((uri) => uri.includes('/score/'))!;
    const [model] = (cluster.readJson(specUri) as { models: { uri: string; sha256: string }[] }).models;
    expect(model!.uri).toBe(`file://${cluster.workspace.folder}/store/shared/${model!.sha256}/quality.ftz`);
    expect(existsSync(fileURLToPath(model!.uri))).toBe(true);
  });

  describe('K3: an ambiguous create', () => {
    it.each(['done-then-reset', 'reset'] as const)(
      'is asked after and makes no second object: %s',
      async (kind) => {
        await start();
        let faults = 0;
        cluster.api.intercept = ({ verb }) => {
          if (verb !== 'create' || faults >= 1) return undefined;
          faults += 1;
          return { kind };
        };
        const run = await running.api.finished((await submit({ extract: {} })).id);
        expect(run.state).toBe('succeeded');
        expect([faults, codes(run)]).toEqual([1, [null]]);
        cluster.expectOneCreatePerAttempt(run);
      },
    );
  });

  it('K4: leaves a foreign object of its name alone and tries under another name', async () => {
    await start();
    cluster.operators.isDown = true;
    const submitted = await submit({ extract: {} });
    await until(() => cluster.objects('sparkapplications').length === 1);
    const name = cluster.objects('sparkapplications')[0]!.metadata.name;
    await running.api.command(submitted.id, 'cancel');
    await running.api.finished(submitted.id);
    const nextName = name.replace(/1$/, '2');
    const foreign = cluster.api.store.create('sparkapplications', {
      metadata: { name: nextName } as never,
      spec: {},
    });
    await running.api.command(submitted.id, 'retry');
    await until(() => cluster.objects('sparkapplications').length === 2);
    cluster.operators.resume();
    const run = await running.api.finished(submitted.id);
    expect(run.state).toBe('succeeded');
    expect(codes(run)).toEqual([null, 'WORKLOAD_NAME_COLLISION', null]);
    expect(cluster.api.store.get('sparkapplications', nextName)?.metadata.uid).toBe(foreign.metadata.uid);
  });

  it('K5: loses an attempt whose object is deleted under it, ends its pods, and tries under another name', async () => {
    await start();
    cluster.workspace.behave({ extract: { hang: 1 } });
    const submitted = await submit({ extract: {} });
    const first = (await running.api.until(submitted.id, isRunning)).steps[0]!.attempts[0]!;
    cluster.api.store.remove('sparkapplications', first.id);
    const run = await running.api.finished(submitted.id);
    expect(run.state).toBe('succeeded');
    expect(run.steps[0]!.attempts.map((attempt) => attempt.state)).toEqual(['lost', 'succeeded']);
    expect(run.steps[0]!.attempts[0]!.problem?.message).toContain('the SparkApplication was deleted');
    cluster.expectOneCreatePerAttempt(run);
    await cluster.emptied();
  });

  it('K5: removes pods whose object is gone although nobody else does', async () => {
    await start();
    cluster.workspace.behave({ extract: { hang: 1 } });
    const submitted = await submit({ extract: {} });
    const first = (await running.api.until(submitted.id, isRunning)).steps[0]!.attempts[0]!;
    cluster.api.store.patch('pods', `${first.id}-driver`, (pod) => delete pod.metadata['owner']);
    cluster.api.store.remove('sparkapplications', first.id);
    expect((await running.api.finished(submitted.id)).state).toBe('succeeded');
    expect(cluster.api.count('delete', 'pods', `${first.id}-driver`)).toBe(1);
    await cluster.emptied();
  });

  it.each(['FAILED', 'SUBMISSION_FAILED'])(
    'K6: believes a living driver and not the status %s',
    async (state) => {
      await start();
      cluster.workspace.behave({ extract: { workMs: 1500 } });
      const submitted = await submit({ extract: {} });
      const { id } = (await running.api.until(submitted.id, isRunning)).steps[0]!.attempts[0]!;
      cluster.api.store.patch('sparkapplications', id, (object) => {
        object.status = { applicationState: { state, errorMessage: 'driver pod already exist' } };
      });
      const run = await running.api.finished(submitted.id);
      expect([run.state, codes(run)]).toEqual(['succeeded', [null]]);
    },
  );

  it('K6: waits for an operator that is down, and goes on with the same object', async () => {
    await start();
    cluster.operators.isDown = true;
    const submitted = await submit({ extract: {} });
    await until(() => cluster.objects('sparkapplications').length === 1);
    cluster.operators.resume();
    const run = await running.api.finished(submitted.id);
    expect([run.state, codes(run)]).toEqual(['succeeded', [null]]);
    cluster.expectOneCreatePerAttempt(run);
  });

  it.each(['reset', 'malformed', 'expired'] as const)(
    'K7: finishes runs while watches end by: %s',
    async (how) => {
      await start();
      const submitted = await submit();
      const timer = setInterval(() => cluster.api.breakWatches(how), 150);
      const run = await running.api.finished(submitted.id).finally(() => clearInterval(timer));
      expect([run.state, run.steps.flatMap((step) => step.attempts).length]).toEqual(['succeeded', 3]);
      cluster.expectOneCreatePerAttempt(run);
    },
  );

  it('K7: finishes runs on polls alone where no watch ever says anything', async () => {
    await start();
    cluster.api.intercept = ({ verb }) =>
      verb === 'watch' ? { kind: 'status', status: 500, reason: 'InternalError', message: 'no' } : undefined;
    cluster.api.breakWatches('reset');
    const run = await running.api.finished((await submit({ extract: {} })).id, 60_000);
    expect([run.state, codes(run)]).toEqual(['succeeded', [null]]);
    cluster.expectOneCreatePerAttempt(run);
  });

  it('K11: succeeds by the manifest although the status says FAILED', async () => {
    await start();
    cluster.operators.behaviour = { extract: { finalState: 'FAILED' }, score: { finalState: 'Failed' } };
    const run = await running.api.finished((await submit({ extract: {}, score: {} })).id);
    expect([run.state, run.steps.flatMap((step) => step.attempts).length]).toEqual(['succeeded', 2]);
  });

  it.each([
    ['extract', 'COMPLETED'],
    ['score', 'Complete'],
  ])('K11: does not succeed without a manifest although %s says %s', async (stage, finalState) => {
    await start({ CORPUSMILL_RETRY_MAX_ATTEMPTS: '1' });
    cluster.workspace.behave({ [stage]: { vanish: 9 } });
    cluster.operators.behaviour = { [stage]: { finalState } };
    const run = await running.api.finished((await submit({ extract: {}, score: {} })).id);
    expect([run.state, run.problem?.code]).toEqual(['failed', 'WORKLOAD_LOST']);
  });

  it('K11: follows the heartbeat where the status is frozen', async () => {
    await start({ CORPUSMILL_ACTIVITY_DEADLINE_SECONDS: '3', CORPUSMILL_CLAIM_DEADLINE_SECONDS: '20' });
    cluster.workspace.behave({ extract: { workMs: 7000 } });
    cluster.operators.behaviour = { extract: { frozen: true } };
    const run = await running.api.finished((await submit({ extract: {} })).id);
    expect([run.state, codes(run)]).toEqual(['succeeded', [null]]);
    await cluster.emptied();
  });

  it('tells an executor that was killed for its memory', async () => {
    await start({ CORPUSMILL_RETRY_MAX_ATTEMPTS: '1' });
    cluster.workspace.behave({ extract: { vanish: 9 } });
    cluster.operators.behaviour = { extract: { outOfMemory: true } };
    const run = await running.api.finished((await submit({ extract: {} })).id);
    expect([run.state, run.problem?.code]).toEqual(['failed', 'MEMORY_EXCEEDED']);
    expect(run.problem?.message).toMatch(/\(pod extract-[0-9a-f]+-1-driver: OOMKilled/);
  });

  describe('K12: a workload that does not begin', () => {
    const BAD_IMAGE = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "spark:none"' };

    it.each(['extract', 'score'])('ends after the deadline with the reason of the pod: %s', async (stage) => {
      await start({ CORPUSMILL_CLAIM_DEADLINE_SECONDS: '1', CORPUSMILL_RETRY_MAX_ATTEMPTS: '1' });
      cluster.operators.behaviour = { [stage]: { stuck: BAD_IMAGE } };
      const run = await running.api.finished((await submit({ extract: {}, score: {} })).id);
      expect([run.state, run.problem?.code]).toEqual(['failed', 'WORKLOAD_NOT_STARTED']);
      expect(run.problem?.message).toMatch(
        /^the workload did not begin within 1 s: pod .*-driver: ImagePullBackOff: Back-off pulling image "spark:none"$/,
      );
      await cluster.emptied();
    });

    it('tells the warning of the cluster where there is no pod', async () => {
      await start({ CORPUSMILL_CLAIM_DEADLINE_SECONDS: '2', CORPUSMILL_RETRY_MAX_ATTEMPTS: '1' });
      cluster.operators.isDown = true;
      const submitted = await submit({ extract: {} });
      const name = `extract-${submitted.steps[0]!.id.replaceAll('-', '').slice(-12)}-1`;
      cluster.api.store.create('events', {
        metadata: { name: 'warning-1' } as never,
        type: 'Warning',
        reason: 'FailedCreate',
        message: 'pods "x" is forbidden: exceeded quota: jobs',
        involvedObject: { kind: 'SparkApplication', name },
      });
      const run = await running.api.finished(submitted.id);
      expect(run.problem?.message).toContain(
        `SparkApplication ${name}: FailedCreate: pods "x" is forbidden: exceeded quota: jobs`,
      );
    });

    it('does not count the time in a queue', async () => {
      await start({ CORPUSMILL_CLAIM_DEADLINE_SECONDS: '4', CORPUSMILL_KUBERNETES_QUEUE: 'team-a' });
      const submitted = await submit({ extract: {} });
      await until(() => cluster.objects('sparkapplications')[0]?.spec?.['suspend'] === true);
      await new Promise((resolve) => setTimeout(resolve, 5500));
      cluster.admit();
      const run = await running.api.finished(submitted.id);
      expect([run.state, codes(run)]).toEqual(['succeeded', [null]]);
    });
  });

  it('leaves what a person suspended until it is resumed, and then begins anew without counting a try', async () => {
    await start({ CORPUSMILL_RETRY_MAX_ATTEMPTS: '1' });
    cluster.workspace.behave({ extract: { hang: 1 } });
    const submitted = await submit({ extract: {} });
    const { id } = (await running.api.until(submitted.id, isRunning)).steps[0]!.attempts[0]!;
    cluster.suspend(id);
    await running.api.until(submitted.id, (run) => codes(run)[0] === 'WORKLOAD_PREEMPTED');
    expect(cluster.objects('sparkapplications').map((object) => object.metadata.name)).toEqual([id]);
    cluster.admit();
    const run = await running.api.finished(submitted.id);
    expect([run.state, codes(run)]).toEqual(['succeeded', ['WORKLOAD_PREEMPTED', null]]);
  });

  it('begins anew, and counts no try, where a queue takes the place of a workload that had begun', async () => {
    await start({ CORPUSMILL_RETRY_MAX_ATTEMPTS: '1', CORPUSMILL_KUBERNETES_QUEUE: 'team-a' });
    cluster.workspace.behave({ extract: { hang: 1 } });
    const submitted = await submit({ extract: {} });
    await until(() => cluster.objects('sparkapplications').length === 1);
    cluster.admit();
    const { id } = (await running.api.until(submitted.id, isRunning)).steps[0]!.attempts[0]!;
    cluster.suspend(id);
    await until(() => cluster.objects('sparkapplications').some((object) => object.metadata.name !== id));
    cluster.admit();
    const run = await running.api.finished(submitted.id);
    expect([run.state, codes(run)]).toEqual(['succeeded', ['WORKLOAD_PREEMPTED', null]]);
  });

  describe('K13: cancel', () => {
    it('leaves no pod and no object of a running job', async () => {
      await start();
      cluster.workspace.behave({ extract: { hang: 9 } });
      const submitted = await submit({ extract: {} });
      const { id } = (await running.api.until(submitted.id, isRunning)).steps[0]!.attempts[0]!;
      await running.api.command(submitted.id, 'cancel');
      expect((await running.api.command(submitted.id, 'cancel')).status).toBeLessThan(410);
      expect((await running.api.finished(submitted.id)).state).toBe('cancelled');
      await cluster.emptied();
      const log = await running.api.get<string>(`/v1/runs/${submitted.id}/logs`);
      expect(log.body).toBe(`work on extract as ${id}\n\n==> ${id}-exec-1 <==\n`);
    });

    it('during submit starts nothing', async () => {
      await start();
      cluster.operators.isDown = true;
      const submitted = await submit({ extract: {} });
      await until(async () => (await running.api.command(submitted.id, 'cancel')).status === 202);
      expect((await running.api.finished(submitted.id)).state).toBe('cancelled');
      cluster.operators.resume();
      await cluster.emptied();
      expect(cluster.workspace.journal()).toEqual([]);
    });

    it('that comes with the end has one outcome, the one of the manifest', async () => {
      await start();
      cluster.workspace.behave({ extract: { workMs: 400 } });
      const submitted = await submit({ extract: {} });
      await running.api.until(submitted.id, isRunning);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await running.api.command(submitted.id, 'cancel');
      const run = await running.api.finished(submitted.id);
      const isCommitted = cluster.workspace.journal().some((line) => line.startsWith('commit'));
      expect(run.state).toBe(isCommitted ? 'succeeded' : 'cancelled');
      await cluster.emptied();
    });
  });

  it('shows the log of a job while it runs', async () => {
    await start();
    cluster.workspace.behave({ extract: { hang: 9 } });
    const submitted = await submit({ extract: {} });
    const { id } = (await running.api.until(submitted.id, isRunning)).steps[0]!.attempts[0]!;
    const text = `work on extract as ${id}\n`;
    await until(() => cluster.api.logs.get(`${id}-driver`) === text);
    expect((await running.api.get<string>(`/v1/runs/${submitted.id}/logs`)).body).toBe(text);
    expect((await running.api.get<string>(`/v1/runs/${submitted.id}/logs?offset=8`)).body).toBe(
      text.slice(8),
    );
  });
});
