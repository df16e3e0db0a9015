import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { randomToken } from '../../src/common/ids.js';
import type { KubernetesConfig } from '../../src/config/kubernetes-config.js';
import { STAGES } from '../../src/contracts/stage.js';
import { WorkloadNameCollision } from '../../src/kubernetes/api-error.js';
import { Cluster } from '../../src/kubernetes/cluster.js';
import { FileStorage } from '../../src/storage/file-storage.js';
import type { WorkloadRequest } from '../../src/workloads/executor.js';
import { KubernetesExecutor } from '../../src/workloads/kubernetes/kubernetes-executor.js';
import { ATTEMPT_LABEL, labelsOf, selectorOf } from '../../src/workloads/kubernetes/labels.js';
import { buildRayJob } from '../../src/workloads/kubernetes/ray-job.manifest.js';
import { buildSparkApplication } from '../../src/workloads/kubernetes/spark-application.manifest.js';
import { adminCall, REAL_KUBECONFIG, TestNamespace } from '../support/cluster/real-cluster.js';
import { KUBERNETES, requestOf } from '../support/kubernetes-request.js';
import { until } from '../support/until.js';

/** As in docs/operations/kubernetes.md. */
const ROLE = [
  {
    apiGroups: ['sparkoperator.k8s.io'],
    resources: ['sparkapplications'],
    verbs: ['get', 'list', 'watch', 'create', 'delete'],
  },
  { apiGroups: ['ray.io'], resources: ['rayjobs'], verbs: ['get', 'list', 'watch', 'create', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'delete'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
];

const describeOnCluster = REAL_KUBECONFIG === null ? describe.skip : describe;

/** On the API server that KUBECONFIG names, with the operators' CRDs; no container is ever started. */
describeOnCluster('a real API server', () => {
  let namespace: TestNamespace;
  let folder: string;
  let config: KubernetesConfig;
  let cluster: Cluster;
  let executor: KubernetesExecutor;

  beforeAll(async () => {
    namespace = await TestNamespace.create();
  });

  afterAll(() => namespace.remove());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'corpusmill-cluster-'));
    // A queue: objects are created suspended, and operators start nothing.
    config = { ...KUBERNETES, kubeconfig: REAL_KUBECONFIG, namespace: namespace.name, queue: 'none' };
    open(config);
  });

  afterEach(async () => {
    await executor.shutdown('all');
    rmSync(folder, { recursive: true, force: true });
  });

  function open(given: KubernetesConfig): void {
    config = given;
    const logger = pino({ level: 'silent' });
    cluster = new Cluster({
      kubeconfig: given.kubeconfig,
      namespace: given.namespace,
      labelSelector: selectorOf(given),
      groupLabel: ATTEMPT_LABEL,
      registry: new Registry(),
      logger,
      onChanged: () => undefined,
    });
    const storage = new FileStorage(`${pathToFileURL(folder).href}/`);
    executor = new KubernetesExecutor({ config: given, cluster, storage, logger, killGraceSeconds: 1 });
    executor.start();
  }

  const attempt = (stage: WorkloadRequest['stage']): WorkloadRequest => ({
    ...requestOf(stage),
    attemptId: `${stage}-${randomToken().slice(0, 12)}-1`,
    mark: randomToken(),
    logUri: pathToFileURL(join(folder, 'log.txt')).href,
  });
  const ready = () => until(async () => (await executor.findFault()) === null);

  describe('accepts with strict field validation', () => {
    const shapes: readonly (readonly [string, Partial<KubernetesConfig>])[] = [
      ['the plain object', { queue: null }],
      ['a queue', {}],
      ['spot nodes', { queue: null, spotTaint: 'corpusmill.dev/spot' }],
      ['a volume', { queue: null, storeSecret: null, storeVolume: { claim: 'store', path: '/data' } }],
    ];
    it.each(STAGES.flatMap((stage) => shapes.map(([name, change]) => [stage, name, change] as const)))(
      '%s: %s',
      async (stage, _name, change) => {
        const given = { ...config, ...change };
        const request = {
          ...attempt(stage),
          sizing: { cpu: 2, memoryMb: 4096, minExecutors: 1, maxExecutors: 3, gpu: 1 },
        };
        const isRay = stage === 'score' || stage === 'scrub';
        const { client } = isRay ? cluster.rayJobs : cluster.sparkApplications;
        const body = isRay ? buildRayJob(request, given) : buildSparkApplication(request, given);
        expect((await client.create(body, { dryRun: true })).metadata.name).toBe(request.attemptId);
      },
    );
  });

  it('refuses a misspelt field', async () => {
    const body = buildSparkApplication(attempt('filter'), config);
    const misspelt = { ...body, spec: { ...body.spec, sparkVersoin: '4' } };
    await expect(cluster.sparkApplications.client.create(misspelt, { dryRun: true })).rejects.toThrow(
      'unknown field "spec.sparkVersoin"',
    );
  });

  it.each(['filter', 'score'] as const)(
    'makes an object once, adopts it, and hears of it: %s',
    async (stage) => {
      await ready();
      const request = attempt(stage);
      const made = await executor.submit(request);
      const again = await executor.submit(request);
      expect(again).toEqual(made);
      expect(made).toMatchObject({ name: request.attemptId, namespace: namespace.name });
      const known = { ...request, known: made };
      const { copy } = stage === 'score' ? cluster.rayJobs : cluster.sparkApplications;
      await until(() => copy.get(request.attemptId)?.metadata.uid === made!.uid);
      expect(await executor.observe(known)).toMatchObject({ state: 'waiting', hold: 'queue' });
      await until(async () => (await executor.stop(known)) === 'gone');
      expect(await executor.observe(known)).toMatchObject({ state: 'gone', reason: 'ended' });
      await until(() => copy.get(request.attemptId) === undefined);
    },
  );

  it('leaves an object alone that has the name but not the mark', async () => {
    await ready();
    const request = attempt('filter');
    const made = await executor.submit(request);
    await expect(executor.submit({ ...request, mark: randomToken() })).rejects.toThrow(WorkloadNameCollision);
    expect(await executor.stop({ ...request, mark: randomToken() })).toBe('gone');
    expect((await cluster.sparkApplications.client.find(request.attemptId))?.metadata.uid).toBe(made!.uid);
  });

  it('deletes no object that took the name of another one', async () => {
    await ready();
    const request = attempt('filter');
    await executor.submit(request);
    const { client } = cluster.sparkApplications;
    await client.delete(request.attemptId, { uid: '00000000-0000-0000-0000-000000000000' });
    expect(await client.find(request.attemptId)).not.toBeNull();
  });

  it('sweeps what belongs to no attempt', async () => {
    await ready();
    const [kept, orphan] = [attempt('filter'), attempt('score')];
    await executor.submit(kept);
    await executor.submit(orphan);
    await until(() => cluster.rayJobs.copy.get(orphan.attemptId) !== undefined);
    await executor.sweep(async (ids) => new Set(ids.filter((id) => id === orphan.attemptId)));
    await until(async () => (await cluster.rayJobs.client.find(orphan.attemptId)) === null);
    expect(await cluster.sparkApplications.client.find(kept.attemptId)).not.toBeNull();
  });

  it('waits where the quota for objects is full', async () => {
    await ready();
    await adminCall('POST', `/api/v1/namespaces/${namespace.name}/resourcequotas`, {
      metadata: { name: 'none' },
      spec: { hard: { 'count/rayjobs.ray.io': '0' } },
    });
    const request = attempt('score');
    await until(async () => {
      const quota = await adminCall('GET', `/api/v1/namespaces/${namespace.name}/resourcequotas/none`);
      return (quota as { status?: { hard?: object } }).status?.hard !== undefined;
    });
    expect(await executor.submit(request)).toBeNull();
    await adminCall('DELETE', `/api/v1/namespaces/${namespace.name}/resourcequotas/none`);
    await until(async () => (await executor.submit(request)) !== null);
  });

  describe('names the one rule that its Role lacks', () => {
    const attemptOnly = async (): Promise<WorkloadRequest> => {
      const request = attempt('filter');
      const labels = {
        ...labelsOf(request, config, 'spark-driver'),
        'spark-role': 'driver',
      };
      await adminCall('POST', `/api/v1/namespaces/${namespace.name}/pods`, {
        metadata: { name: `${request.attemptId}-driver`, labels },
        spec: { containers: [{ name: 'main', image: 'none' }], nodeSelector: { none: 'none' } },
      });
      await until(() => cluster.pods.copy.group(request.attemptId).length === 1);
      return request;
    };
    const submitted = async (stage: WorkloadRequest['stage']): Promise<WorkloadRequest> => {
      const request = attempt(stage);
      const known = await executor.submit(request);
      return { ...request, known };
    };
    const noticed = async () => undefined;
    const cases: readonly (readonly [string, string, () => Promise<unknown>])[] = [
      ...(['filter', 'score'] as const).flatMap((stage) => {
        const plural = stage === 'score' ? 'rayjobs' : 'sparkapplications';
        return [
          [plural, 'get', () => executor.submit(attempt(stage))],
          [plural, 'list', noticed],
          [plural, 'watch', noticed],
          [plural, 'create', () => executor.submit(attempt(stage))],
          [plural, 'delete', async () => executor.stop(await submitted(stage))],
        ] as const;
      }),
      ['pods', 'list', noticed],
      ['pods', 'watch', noticed],
      ['pods', 'delete', async () => executor.stop(await attemptOnly())],
      ['pods/log', 'get', async () => executor.readLog(await attemptOnly(), { offset: 0, limit: 9 })],
      ['events', 'list', () => cluster.events.list({})],
    ];

    it.each(cases)('%s: %s', async (resource, verb, act) => {
      await executor.shutdown('idle');
      const rules = ROLE.map((rule) =>
        rule.resources[0] === resource ? { ...rule, verbs: rule.verbs.filter((one) => one !== verb) } : rule,
      ).filter(({ verbs }) => verbs.length > 0);
      const group = ROLE.find((rule) => rule.resources[0] === resource)!.apiGroups[0]!;
      open({ ...config, kubeconfig: await namespace.limitedKubeconfig(join(folder, 'limited'), rules) });
      if (act !== noticed) {
        await ready();
        await act().catch(() => undefined);
      }
      const rule = `{ apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"] }`;
      await until(async () => (await executor.findFault())?.includes(`add to its Role: ${rule}`) === true);
    });
  });

  it('names the rule that a service account lacks', async () => {
    await executor.shutdown('idle');
    const kubeconfig = await namespace.limitedKubeconfig(join(folder, 'limited'), [
      {
        apiGroups: ['sparkoperator.k8s.io'],
        resources: ['sparkapplications'],
        verbs: ['get', 'list', 'watch'],
      },
      { apiGroups: ['ray.io'], resources: ['rayjobs'], verbs: ['get', 'list', 'watch'] },
    ]);
    open({ ...config, kubeconfig });
    const isTold = (fault: string | null) =>
      fault?.includes('Role') === true && !fault.includes('not listed');
    await until(async () => isTold(await executor.findFault()));
    expect(await executor.findFault()).toBe(
      `Pod: the server may not list pods in namespace ${namespace.name}; add to its Role: { apiGroups: [""], resources: ["pods"], verbs: ["list"] }`,
    );
    await expect(executor.submit(attempt('filter'))).rejects.toThrow(
      `add to its Role: { apiGroups: ["sparkoperator.k8s.io"], resources: ["sparkapplications"], verbs: ["create"] }`,
    );
  });
});
