import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunDto } from '../src/runs/dto/run.dto.js';
import { ClusterWorkspace } from './support/cluster/cluster-workspace.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { until } from './support/until.js';

const UNSCHEDULABLE = {
  phase: 'Pending',
  conditions: [
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
  ],
};
const DEADLINES = {
  CORPUSMILL_CLAIM_DEADLINE_SECONDS: '3',
  CORPUSMILL_ACTIVITY_DEADLINE_SECONDS: '3',
  CORPUSMILL_RETRY_MAX_ATTEMPTS: '1',
};

describe('a Spark driver that writes progress.json all the time', () => {
  let cluster: ClusterWorkspace;
  let running: TestServer;

  beforeEach(async () => {
    cluster = await ClusterWorkspace.create();
  });

  afterEach(async () => {
    await running.server.close('end');
    await cluster.remove();
  });

  const start = async (extra: Readonly<Record<string, string>> = {}) => {
    running = await startTestServer(cluster.workspace, cluster.env({ ...DEADLINES, ...extra }));
  };
  const submit = () => running.api.submit(cluster.workspace, cluster.workspace.recipe({ extract: {} }));
  const isRunning = (run: RunDto) => run.steps[0]!.attempts.at(-1)?.state === 'running';

  it('has not begun where its executors never run, and ends with the reason of their pods', async () => {
    await start();
    cluster.workspace.behave({ extract: { hang: 9, idle: 9 } });
    cluster.operators.behaviour = { extract: { executor: UNSCHEDULABLE } };
    const run = await running.api.finished((await submit()).id);
    expect([run.state, run.problem?.code]).toEqual(['failed', 'WORKLOAD_NOT_STARTED']);
    expect(run.problem?.message).toMatch(
      /^the workload did not begin within 3 s: nothing works for it: pod extract-[0-9a-f]+-1-exec-1: Unschedulable: 0\/3 nodes are available$/,
    );
    await cluster.emptied();
  });

  it('ends with what it was refused where there is no executor pod at all', async () => {
    await start({ CORPUSMILL_CLAIM_DEADLINE_SECONDS: '8' });
    const says =
      'Failure executing: POST at: https://10.0.0.1/pods. Message: pods "e-1" is forbidden: exceeded quota: jobs. Received status: Status(code=403)';
    cluster.workspace.behave({ extract: { hang: 9, idle: 9, says } });
    cluster.operators.behaviour = { extract: { executor: null } };
    const run = await running.api.finished((await submit()).id);
    expect(run.problem?.message).toBe(
      `the workload did not begin within 8 s: nothing works for it: pod ${run.steps[0]!.attempts[0]!.id}-driver was refused its executors: pods "e-1" is forbidden: exceeded quota: jobs`,
    );
  });

  it('ends with the warning of an event where nothing else tells', async () => {
    await start();
    cluster.workspace.behave({ extract: { hang: 9, idle: 9 } });
    cluster.operators.behaviour = { extract: { executor: null } };
    cluster.operators.isDown = true;
    const submitted = await submit();
    await until(() => cluster.objects('sparkapplications').length === 1);
    const id = cluster.objects('sparkapplications')[0]!.metadata.name;
    cluster.api.store.create('events', {
      metadata: { name: 'warning-1' } as never,
      type: 'Warning',
      reason: 'FailedCreate',
      message: 'exceeded quota: jobs',
      involvedObject: { kind: 'SparkApplication', name: id },
    });
    cluster.operators.resume();
    const run = await running.api.finished(submitted.id);
    expect(run.problem?.message).toContain(
      `nothing works for it: SparkApplication ${id}: FailedCreate: exceeded quota: jobs`,
    );
  });

  it('is silent where it had got on, and then loses its executors for longer than the activity deadline', async () => {
    await start({ CORPUSMILL_CLAIM_DEADLINE_SECONDS: '60' });
    cluster.workspace.behave({ extract: { hang: 9, stalls: 9 } });
    const submitted = await submit();
    const { id } = (await running.api.until(submitted.id, isRunning)).steps[0]!.attempts[0]!;
    cluster.api.store.patch('pods', `${id}-exec-1`, (pod) => {
      pod.status = UNSCHEDULABLE;
    });
    const run = await running.api.finished(submitted.id);
    expect([run.state, run.problem?.code]).toEqual(['failed', 'WORKLOAD_SILENT']);
    expect(run.problem?.message).toContain('Unschedulable: 0/3 nodes are available');
  });

  const OOM_KILLED = {
    phase: 'Failed',
    containerStatuses: [{ name: 'main', state: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }],
  };

  it.each([
    ['JOB_FAILED', 'MEMORY_EXCEEDED'],
    ['INPUT_CORRUPT', 'INPUT_CORRUPT'],
  ])(
    'that fails with %s after an executor was killed for its memory has the problem %s',
    async (code, expected) => {
      await start();
      cluster.workspace.behave({ extract: { workMs: 500, fail: { times: 9, code, retryable: false } } });
      cluster.operators.behaviour = { extract: { executor: OOM_KILLED } };
      const run = await running.api.finished((await submit()).id);
      expect([run.state, run.problem?.code]).toEqual(['failed', expected]);
      if (expected !== code) {
        expect(run.problem?.message).toMatch(
          /^the workload used more than its 4096 MiB \(pod extract-[0-9a-f]+-1-exec-1: OOMKilled \(exit code 137\)\); raise resources\.memoryMb or lower cpu$/,
        );
        expect(run.problem?.details).toMatchObject({ problem: 'as the test wants' });
      }
    },
  );

  it('is left alone while it gets on without executors, as at the end of a job', async () => {
    await start();
    cluster.workspace.behave({ extract: { workMs: 7000 } });
    cluster.operators.behaviour = { extract: { executor: { phase: 'Succeeded' } } };
    const run = await running.api.finished((await submit()).id);
    expect([run.state, run.steps[0]!.attempts.length]).toEqual(['succeeded', 1]);
  });

  it('is left alone while an executor runs, although units take longer than the deadline', async () => {
    await start();
    cluster.workspace.behave({ extract: { workMs: 7000, idle: 9 } });
    const run = await running.api.finished((await submit()).id);
    expect([run.state, run.steps[0]!.attempts.length]).toEqual(['succeeded', 1]);
  });

  it('goes on where its executors come before the deadline', async () => {
    await start({ CORPUSMILL_CLAIM_DEADLINE_SECONDS: '30' });
    cluster.workspace.behave({ extract: { workMs: 2500, idle: 9 } });
    cluster.operators.behaviour = { extract: { executor: UNSCHEDULABLE } };
    const submitted = await submit();
    const { id } = (await running.api.until(submitted.id, isRunning)).steps[0]!.attempts[0]!;
    await until(() => cluster.api.store.get('pods', `${id}-exec-1`) !== undefined);
    cluster.api.store.patch('pods', `${id}-exec-1`, (pod) => {
      pod.status = { phase: 'Running' };
    });
    expect((await running.api.finished(submitted.id)).state).toBe('succeeded');
  });
});
