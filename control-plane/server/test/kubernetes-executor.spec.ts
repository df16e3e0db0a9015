import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { Cluster } from '../src/kubernetes/cluster.js';
import { FileStorage } from '../src/storage/file-storage.js';
import type { ObjectStorage } from '../src/storage/object-storage.js';
import type { WorkloadRequest } from '../src/workloads/executor.js';
import { KubernetesExecutor } from '../src/workloads/kubernetes/kubernetes-executor.js';
import { ATTEMPT_LABEL, labelsOf, selectorOf } from '../src/workloads/kubernetes/labels.js';
import { FakeApiServer } from './support/cluster/fake-api-server.js';
import { KUBERNETES, requestOf } from './support/kubernetes-request.js';
import { until } from './support/until.js';

const MOST_OTHER_PODS = 32;

/** The executor alone, on a fake API server without operators. */
describe('the Kubernetes executor', () => {
  let api: FakeApiServer;
  let folder: string;
  let executor: KubernetesExecutor;
  let request: WorkloadRequest;

  beforeEach(async () => {
    api = await FakeApiServer.start();
    folder = mkdtempSync(join(tmpdir(), 'corpusmill-executor-'));
    request = { ...requestOf('filter'), logUri: pathToFileURL(join(folder, 'log.txt')).href };
  });

  afterEach(async () => {
    api.intercept = () => undefined;
    await executor.shutdown('idle');
    await api.goAway();
    rmSync(folder, { recursive: true });
  });

  async function open(times: { readonly answerTimeoutMs?: number; readonly allLogsMs?: number } = {}) {
    const logger = pino({ level: 'silent' });
    const cluster = new Cluster({
      kubeconfig: api.writeKubeconfig(join(folder, 'config')),
      namespace: 'jobs',
      labelSelector: selectorOf(KUBERNETES),
      groupLabel: ATTEMPT_LABEL,
      registry: new Registry(),
      logger,
      onChanged: () => undefined,
      ...times,
    });
    const storage = new FileStorage(`${pathToFileURL(folder).href}/`);
    executor = new KubernetesExecutor({
      config: KUBERNETES,
      cluster,
      storage,
      logger,
      killGraceSeconds: 1,
      ...times,
    });
    executor.start();
    await until(async () => (await executor.findFault()) === null);
    return storage;
  }

  const addPod = (name: string, role: 'driver' | 'executor') => {
    const labels = { ...labelsOf(request, KUBERNETES, `spark-${role}`), 'spark-role': role };
    api.store.create('pods', { metadata: { name, labels } as never, status: { phase: 'Running' } });
    api.logs.set(name, `log of ${name}\n`);
  };
  const log = () => readFileSync(join(folder, 'log.txt'), 'utf8');
  const objects = () => api.store.list('sparkapplications').map(({ metadata }) => metadata.name);

  it('K3: asks after an object whose creation was carried out but never answered, and makes no second one', async () => {
    await open({ answerTimeoutMs: 300 });
    let faults = 0;
    api.intercept = ({ verb }) => {
      if (verb !== 'create' || faults >= 1) return undefined;
      faults += 1;
      return { kind: 'done-then-silent' };
    };
    expect(await executor.submit(request)).toBeNull();
    expect(objects()).toEqual([request.attemptId]);
    await until(async () => (await executor.submit(request)) !== null);
    expect([api.created, faults]).toEqual([[request.attemptId], 1]);
  });

  it('ends a workload although the log of a pod never comes, and tells which', async () => {
    await open({ allLogsMs: 400 });
    await executor.submit(request);
    addPod('a-driver', 'driver');
    addPod('b-exec-1', 'executor');
    addPod('b-exec-2', 'executor');
    api.intercept = ({ verb, name }) => {
      if (verb !== 'log') return undefined;
      if (name === 'b-exec-1') return { kind: 'silent' };
      return name === 'b-exec-2' ? { kind: 'half', text: 'half a line' } : undefined;
    };
    const startedAt = performance.now();
    expect(await executor.stop(request)).toBe('stopping');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(objects()).toEqual([]);
    expect(log()).toBe(
      'log of a-driver\n' +
        '\n==> b-exec-1 <==\nthe log of pod b-exec-1 cannot be read: no end within 0.4 s\n' +
        '\n==> b-exec-2 <==\nhalf a line\nthe log of pod b-exec-2 is cut off here: no end within 0.4 s\n',
    );
  });

  it('keeps the logs of so many pods and says how many more there were', async () => {
    await open();
    await executor.submit(request);
    addPod('a-driver', 'driver');
    const names = Array.from({ length: MOST_OTHER_PODS + 3 }, (_, index) => `b-exec-${index + 100}`);
    for (const name of names) addPod(name, 'executor');
    await executor.stop(request);
    const shown = names.slice(0, MOST_OTHER_PODS).map((name) => `\n==> ${name} <==\nlog of ${name}\n`);
    expect(log()).toBe(`log of a-driver\n${shown.join('')}\n==> 3 more pods <==\n`);
  });

  it.each<[string, ObjectStorage['put']]>([
    ['refuses', () => Promise.reject(new Error('as the test wants'))],
    ['never answers', () => new Promise(() => undefined)],
  ])('ends a workload although the store %s', async (_name, put) => {
    const storage = await open();
    storage.put = put;
    await executor.submit(request);
    addPod('a-driver', 'driver');
    expect(await executor.stop(request)).toBe('stopping');
    expect(objects()).toEqual([]);
  });
});
