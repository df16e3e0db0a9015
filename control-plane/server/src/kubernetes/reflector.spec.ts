import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { FakeApiServer } from '../../test/support/cluster/fake-api-server.js';
import { until } from '../../test/support/until.js';
import { Cluster } from './cluster.js';
import type { KubeObject } from './objects.js';
import type { ReflectorTimes } from './reflector.js';

const QUICK: ReflectorTimes = {
  firstDelayMs: 5,
  longestDelayMs: 20,
  healthyMs: 60_000,
  silenceMs: 60_000,
  relistMs: 600_000,
};
const LABELS = { app: 'ours', group: 'g1' };

describe('reflector', () => {
  let api: FakeApiServer;
  let folder: string;
  let cluster: Cluster;
  let registry: Registry;
  let seen: string[];
  let isThrowing: boolean;

  beforeEach(async () => {
    api = await FakeApiServer.start();
    folder = mkdtempSync(join(tmpdir(), 'corpusmill-reflector-'));
    seen = [];
    isThrowing = false;
  });

  afterEach(async () => {
    await cluster.stop();
    await api.goAway();
    rmSync(folder, { recursive: true });
  });

  function open(times: Partial<ReflectorTimes> = {}): void {
    registry = new Registry();
    cluster = new Cluster({
      kubeconfig: api.writeKubeconfig(join(folder, 'config')),
      namespace: 'jobs',
      labelSelector: 'app=ours',
      groupLabel: 'group',
      registry,
      logger: pino({ level: 'silent' }),
      onChanged: (object: KubeObject) => {
        seen.push(object.metadata.name);
        if (isThrowing) throw new Error('as the test wants');
      },
      times: { ...QUICK, ...times },
    });
    cluster.start();
  }

  const addPod = (name: string, labels: Record<string, string> = LABELS) =>
    api.store.create('pods', { metadata: { name, labels } as never, status: { phase: 'Running' } });
  const names = () => cluster.pods.copy.list().map((pod) => pod.metadata.name);
  const synced = () => until(() => cluster.findFault() === null && api.openWatches === 3);

  async function metric(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
    const all = await registry.getMetricsAsJSON();
    const values = all.find((one) => one.name === `corpusmill_kubernetes_${name}`)?.values ?? [];
    const found = values.find((value) =>
      Object.entries(labels).every(([key, wanted]) => value.labels[key] === wanted),
    );
    return found?.value ?? 0;
  }

  it('knows what was there and what came, changed and went since, of ours only', async () => {
    addPod('before');
    addPod('foreign', { app: 'theirs' });
    open();
    await synced();
    addPod('after');
    api.store.remove('pods', 'before');
    await until(() => names().join() === 'after');
    expect(cluster.pods.copy.group('g1').map((pod) => pod.metadata.name)).toEqual(['after']);
    expect(seen).toEqual(['before', 'after', 'before']);
    expect(await metric('relists_total', { kind: 'Pod' })).toBe(1);
    expect(await metric('cached_objects', { kind: 'Pod' })).toBe(1);
    expect(await metric('last_event_age_seconds', { kind: 'Pod' })).toBeLessThan(60);
  });

  it('reads long lists in pages', async () => {
    for (let index = 0; index < 1201; index += 1) addPod(`pod-${String(index).padStart(4, '0')}`);
    open();
    await synced();
    expect(names()).toHaveLength(1201);
    expect(api.count('list', 'pods')).toBe(3);
  });

  it.each(['reset', 'expired', 'malformed'] as const)('goes on after a watch ends by: %s', async (how) => {
    open();
    await synced();
    api.breakWatches(how, 'pods');
    addPod('later');
    await until(() => names().join() === 'later');
    const reason = { reset: 'http', expired: 'expired', malformed: 'malformed' }[how];
    expect(await metric('watch_errors_total', { kind: 'Pod', reason })).toBe(1);
    expect(await metric('relists_total', { kind: 'Pod' })).toBe(how === 'reset' ? 1 : 2);
  });

  it('goes on where it was after a cut, and misses nothing that happened meanwhile', async () => {
    open();
    await synced();
    let isClosed = true;
    api.intercept = ({ verb }) =>
      isClosed && verb === 'watch'
        ? { kind: 'status', status: 500, reason: 'InternalError', message: 'no' }
        : undefined;
    api.breakWatches('reset', 'pods');
    addPod('a');
    addPod('b');
    api.store.remove('pods', 'a');
    await until(async () => (await metric('watch_errors_total', { kind: 'Pod', reason: 'http' })) >= 3);
    isClosed = false;
    await until(() => names().join() === 'b');
    expect(api.count('list', 'pods')).toBe(1);
  });

  it('reads the list anew where its version is compacted', async () => {
    addPod('old');
    open();
    await synced();
    api.intercept = ({ verb }) => (verb === 'watch' ? { kind: 'reset' } : undefined);
    api.breakWatches('reset', 'pods');
    api.store.remove('pods', 'old');
    addPod('new');
    api.store.compact();
    api.intercept = () => undefined;
    await until(() => names().join() === 'new');
    expect(await metric('watch_errors_total', { kind: 'Pod', reason: 'expired' })).toBe(1);
    expect(seen).toEqual(['old', 'new', 'old']);
  });

  it('leaves a connection on which nothing comes', async () => {
    open({ silenceMs: 200 });
    await synced();
    api.breakWatches('half-open');
    addPod('unheard');
    await until(() => names().join() === 'unheard');
    expect(await metric('watch_errors_total', { kind: 'Pod', reason: 'silent' })).toBeGreaterThanOrEqual(1);
  });

  it('stays on a quiet connection that sends bookmarks, and takes their version', async () => {
    open({ silenceMs: 3000 });
    await synced();
    api.store.compact();
    for (let round = 0; round < 8; round += 1) {
      api.sendBookmarks();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    api.breakWatches('reset', 'pods');
    addPod('next');
    await until(() => names().join() === 'next');
    expect(api.count('list', 'pods')).toBe(1);
  });

  it('takes events twice and out of order without a second removal or a lost object', async () => {
    const first = addPod('same');
    open();
    await synced();
    api.store.remove('pods', 'same');
    const second = addPod('same');
    await until(() => cluster.pods.copy.get('same')?.metadata.uid === second.metadata.uid);
    api.sendEvent('pods', 'DELETED', first);
    api.sendEvent('pods', 'MODIFIED', second);
    api.sendEvent('pods', 'MODIFIED', second);
    addPod('end');
    await until(() => names().length === 2);
    expect(cluster.pods.copy.get('same')?.metadata.uid).toBe(second.metadata.uid);
  });

  it('lives on where a handler throws', async () => {
    open();
    await synced();
    isThrowing = true;
    addPod('a');
    addPod('b');
    await until(() => names().join() === 'a,b');
    expect(await metric('watch_errors_total', { kind: 'Pod', reason: 'handler' })).toBe(2);
    expect(await metric('relists_total', { kind: 'Pod' })).toBe(1);
  });

  it('reads the whole list now and then, whatever the watch says', async () => {
    open({ relistMs: 100 });
    await until(async () => (await metric('relists_total', { kind: 'Pod' })) >= 3);
    expect(await metric('watch_errors_total', { kind: 'Pod', reason: 'http' })).toBe(0);
  });

  it('says which kind the cluster does not know, and goes on once it does', async () => {
    api.store.kinds.delete('rayjobs');
    open();
    const fault = 'RayJob: the cluster does not know rayjobs.ray.io; install the operator with its CRDs';
    await until(() => cluster.findFault() === fault);
    api.store.kinds.add('rayjobs');
    await synced();
  });

  it('says which right is missing', async () => {
    api.intercept = ({ verb, plural }) =>
      verb === 'list' && plural === 'pods'
        ? {
            kind: 'status',
            status: 403,
            reason: 'Forbidden',
            message:
              'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "jobs"',
          }
        : undefined;
    open();
    const fault =
      'Pod: the server may not list pods in namespace jobs; add to its Role: { apiGroups: [""], resources: ["pods"], verbs: ["list"] }';
    await until(() => cluster.findFault() === fault);
  });

  it('says that the API server does not answer, and comes back with it', async () => {
    const kubeconfig = join(folder, 'config');
    api.writeKubeconfig(kubeconfig);
    await api.goAway();
    open();
    await until(() => cluster.findFault()?.includes('ECONNREFUSED') === true);
    await api.comeBack();
    addPod('there');
    await until(() => names().join() === 'there');
    await synced();
  });
});
