import { describe, expect, it } from '@jest/globals';
import { type Pod, podSchema, rayJobSchema, sparkApplicationSchema } from '../../kubernetes/objects.js';
import { eventFault, podFault, refusalIn, shorten } from './pod-reasons.js';
import { rayStatus } from './ray-status.js';
import { sparkStatus } from './spark-status.js';

const metadata = (change: object = {}) => ({
  name: 'filter-1',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels: {},
  annotations: {},
  ...change,
});

const spark = (state: string, change: { meta?: object; suspend?: boolean; errorMessage?: string } = {}) =>
  sparkApplicationSchema.parse({
    metadata: metadata(change.meta),
    spec: { suspend: change.suspend },
    status: { applicationState: { state, errorMessage: change.errorMessage } },
  });

const ray = (status: object, change: { meta?: object; suspend?: boolean } = {}) =>
  rayJobSchema.parse({ metadata: metadata(change.meta), spec: { suspend: change.suspend }, status });

const driver = (status: object): Pod =>
  podSchema.parse({
    metadata: metadata({ name: 'filter-1-driver', labels: { 'spark-role': 'driver' } }),
    status,
  });

const terminated = (reason: string, exitCode: number) => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [{ name: 'main', state: { terminated: { reason, exitCode } } }],
});

describe('status of a SparkApplication', () => {
  const executor = (status: object): Pod =>
    podSchema.parse({
      metadata: metadata({ name: 'filter-1-exec-1', labels: { 'spark-role': 'executor' } }),
      status,
    });
  const unschedulable = {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' }],
  };

  it.each(['', 'SUBMITTED', 'UNKNOWN', 'FAILING', 'SUCCEEDING'])(
    'waits without a driver in state "%s"',
    (state) => {
      expect(sparkStatus(spark(state), [])).toEqual({ state: 'waiting', hold: 'none', reason: null });
    },
  );

  it.each(['COMPLETED', 'FAILED', 'SUBMISSION_FAILED'])('is gone without a driver in state %s', (state) => {
    const application = spark(state, { errorMessage: 'why' });
    expect(sparkStatus(application, [])).toEqual({ state: 'gone', reason: 'ended', exit: `${state}: why` });
  });

  it.each(['', 'FAILED', 'COMPLETED', 'UNKNOWN'])(
    'runs while its driver does, whatever the state "%s" says',
    (state) => {
      const pods = [driver({ phase: 'Running' }), executor(unschedulable), executor({ phase: 'Running' })];
      expect(sparkStatus(spark(state), pods)).toEqual({ state: 'running' });
    },
  );

  it('starves while its driver runs and no executor does, for the reason of an executor', () => {
    const running = driver({ phase: 'Running' });
    expect(sparkStatus(spark('RUNNING'), [running, executor(unschedulable)])).toEqual({
      state: 'running',
      starved: 'pod filter-1-exec-1: Unschedulable: 0/3 nodes',
    });
    expect(sparkStatus(spark('RUNNING'), [running, executor({ phase: 'Succeeded' })])).toEqual({
      state: 'running',
      starved: null,
    });
  });

  it('tells an executor that was killed for its memory, once its driver has ended', () => {
    const killed = [driver(terminated('Error', 1)), executor(terminated('OOMKilled', 137))];
    const told = { state: 'gone', reason: 'memory', exit: 'pod filter-1-exec-1: OOMKilled (exit code 137)' };
    expect(sparkStatus(spark('FAILED'), killed)).toEqual(told);
    expect(sparkStatus(spark('FAILED'), killed.slice(1))).toEqual(told);
    const running = [driver({ phase: 'Running' }), killed[1]!, executor({ phase: 'Running' })];
    expect(sparkStatus(spark('RUNNING'), running)).toEqual({ state: 'running' });
  });

  it('is gone with its driver, however old its own state is', () => {
    expect(sparkStatus(spark('RUNNING'), [driver(terminated('Error', 1))])).toEqual({
      state: 'gone',
      reason: 'ended',
      exit: 'pod filter-1-driver: Error (exit code 1)',
    });
    expect(sparkStatus(spark('RUNNING'), [driver(terminated('OOMKilled', 137))])).toEqual({
      state: 'gone',
      reason: 'memory',
      exit: 'pod filter-1-driver: OOMKilled (exit code 137); CORPUSMILL_KUBERNETES_DRIVER_MEMORY_MB is its size',
    });
    expect(sparkStatus(spark('RUNNING'), [driver(terminated('Completed', 0))])).toMatchObject({
      exit: 'driver Succeeded',
    });
  });

  it('waits for a person or a queue while it is suspended, also while its driver ends', () => {
    const queued = { labels: { 'kueue.x-k8s.io/queue-name': 'q' } };
    expect(sparkStatus(spark('', { suspend: true }), [])).toMatchObject({ state: 'waiting', hold: 'person' });
    expect(sparkStatus(spark('', { suspend: true, meta: queued }), [])).toMatchObject({ hold: 'queue' });
    const ended = [driver(terminated('Error', 143))];
    expect(sparkStatus(spark('SUSPENDING', { suspend: true }), ended)).toMatchObject({ state: 'waiting' });
    expect(sparkStatus(spark('RESUMING'), [])).toMatchObject({ state: 'waiting', hold: 'person' });
  });

  it('is gone at its end although somebody has suspended it', () => {
    const application = spark('COMPLETED', { suspend: true });
    expect(sparkStatus(application, [])).toMatchObject({ state: 'gone' });
  });

  it('is gone once it is being deleted and has no driver', () => {
    const deleted = spark('RUNNING', { meta: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(sparkStatus(deleted, [])).toMatchObject({
      state: 'gone',
      exit: 'the SparkApplication was deleted',
    });
    expect(sparkStatus(deleted, [driver({ phase: 'Running' })])).toMatchObject({ state: 'running' });
  });

  it('is read where it has no status at all, or a damaged one', () => {
    const bare = sparkApplicationSchema.parse({ metadata: metadata(), spec: {} });
    expect(sparkStatus(bare, [])).toEqual({ state: 'waiting', hold: 'none', reason: null });
    const odd = sparkApplicationSchema.parse({
      metadata: metadata(),
      spec: {},
      status: { applicationState: 7 },
    });
    expect(sparkStatus(odd, [])).toMatchObject({ state: 'waiting' });
  });
});

describe('status of a RayJob', () => {
  it.each(['Complete', 'Failed', 'ValidationFailed'])('is gone in state %s', (jobDeploymentStatus) => {
    const job = ray({ jobDeploymentStatus, jobStatus: 'STOPPED', reason: 'AppFailed', message: 'why' });
    expect(rayStatus(job, [])).toEqual({
      state: 'gone',
      reason: 'ended',
      exit: `${jobDeploymentStatus}: STOPPED AppFailed: why`,
    });
  });

  it.each(['', 'Initializing', 'Retrying', 'Waiting'])('waits in state "%s"', (jobDeploymentStatus) => {
    expect(rayStatus(ray({ jobDeploymentStatus }), [])).toEqual({
      state: 'waiting',
      hold: 'none',
      reason: null,
    });
  });

  it('runs, is suspended, and is deleted', () => {
    expect(rayStatus(ray({ jobDeploymentStatus: 'Running' }), [])).toEqual({ state: 'running' });
    expect(rayStatus(ray({ jobDeploymentStatus: 'Suspended' }), [])).toMatchObject({ hold: 'person' });
    expect(rayStatus(ray({}, { suspend: true }), [])).toMatchObject({ hold: 'person' });
    const deleted = ray({ jobDeploymentStatus: 'Running' }, { meta: { deletionTimestamp: 'now' } });
    expect(rayStatus(deleted, [])).toMatchObject({ state: 'gone', exit: 'the RayJob was deleted' });
  });

  it('tells a pod that was killed for its memory', () => {
    const pods = [driver(terminated('OOMKilled', 137))];
    expect(rayStatus(ray({ jobDeploymentStatus: 'Failed' }), pods)).toMatchObject({ reason: 'memory' });
    const restarted = { state: {}, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } };
    const worker = [driver({ phase: 'Running', containerStatuses: [{ name: 'main', ...restarted }] })];
    expect(rayStatus(ray({ jobDeploymentStatus: 'Failed', jobStatus: 'FAILED' }), worker)).toEqual({
      state: 'gone',
      reason: 'memory',
      exit: 'Failed: FAILED pod filter-1-driver: OOMKilled (exit code 137)',
    });
  });
});

describe('what pods and events say', () => {
  const pod = (status: object) => podSchema.parse({ metadata: metadata({ name: 'p' }), status });

  it('names the image, the node, and the eviction', () => {
    const waiting = { reason: 'ErrImagePull', message: 'no such image' };
    expect(podFault([pod({ containerStatuses: [{ name: 'c', state: { waiting } }] })])).toBe(
      'pod p: ErrImagePull: no such image',
    );
    const unschedulable = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes',
    };
    expect(podFault([pod({ phase: 'Pending', conditions: [unschedulable] })])).toBe(
      'pod p: Unschedulable: 0/3 nodes',
    );
    expect(podFault([pod({ phase: 'Failed', reason: 'Evicted', message: 'disk' })])).toBe(
      'pod p: Evicted: disk',
    );
  });

  it('takes containers that are about to start for healthy', () => {
    const waiting = { reason: 'ContainerCreating' };
    expect(
      podFault([pod({ containerStatuses: [{ name: 'c', state: { waiting } }] }), pod({ phase: 'Running' })]),
    ).toBeNull();
  });

  it('takes the latest warning about an object and what was made for it, and no other', () => {
    const event = (name: string, at: string, type = 'Warning') => ({
      metadata: { ...metadata(), creationTimestamp: at } as Pod['metadata'],
      type,
      reason: 'FailedCreate',
      message: at,
      involvedObject: { kind: 'RayCluster', name },
    });
    const events = [
      event('a-1', '2026-01-02'),
      event('a-1-x', '2026-01-03'),
      event('a-10', '2026-01-04'),
      event('a-1', '2026-01-05', 'Normal'),
    ];
    expect(eventFault(events, 'a-1')).toBe('RayCluster a-1-x: FailedCreate: 2026-01-03');
    expect(eventFault(events, 'b-1')).toBeNull();
  });

  it("takes the latest of the API server's refusals from a driver's log, and nothing else", () => {
    const failure = (what: string) =>
      `WARN Exception when notifying snapshot subscriber.\nio.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: https://10.0.0.1/api/v1/pods. Message: ${what}. Received status: Status(code=403)\n\tat x\n`;
    const log = `start\n${failure('first')}${failure('pods "e-2" is forbidden: exceeded quota: jobs')}INFO on`;
    expect(refusalIn(log)).toBe('pods "e-2" is forbidden: exceeded quota: jobs');
    expect(refusalIn('ERROR Message: none of these')).toBeNull();
  });

  it('keeps what tells most of a long message', () => {
    const long = `${'x '.repeat(1000)}pods "d" is forbidden: exceeded quota: jobs${' at y'.repeat(1000)}`;
    expect(shorten(long)).toContain('exceeded quota: jobs');
    expect(shorten(long).length).toBeLessThanOrEqual(502);
    expect(shorten('short\n text')).toBe('short text');
  });
});
