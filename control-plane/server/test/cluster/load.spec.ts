import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { Cluster } from '../../src/kubernetes/cluster.js';
import type { KubeObject } from '../../src/kubernetes/objects.js';
import { ATTEMPT_LABEL } from '../../src/workloads/kubernetes/labels.js';
import { adminCall, REAL_KUBECONFIG, TestNamespace } from '../support/cluster/real-cluster.js';
import { queryRows } from '../support/databases.js';
import { runJob } from '../support/fake-job.mjs';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';
import { Workspace } from '../support/workspace.js';

/** Runs to submit; a measurement and no test of every day. */
const RUNS = Number(process.env['CORPUSMILL_TEST_LOAD_RUNS'] ?? 0);
const STAGES = { extract: {}, filter: {}, dedup: {}, tokenize: { tokenizer: 'gpt2' } };
/** How long a workload lasts, half as long to half as long again; 0 ends all at once, and the figures are of a jam. */
const WORK_SECONDS = Number(process.env['CORPUSMILL_TEST_LOAD_WORK_SECONDS'] ?? 120);
/** A status that cannot be seen, since the operator or a late API server lost it, is written again each so many looks. */
const AGAIN = 40;
/** At once: work that is seen before its end is taken for work that the queue interrupted. */
const BEHAVIOUR = Object.fromEntries(Object.keys(STAGES).map((stage) => [stage, { workMs: 0 }]));
const describeOnCluster = REAL_KUBECONFIG === null || RUNS === 0 ? describe.skip : describe;

/** Of each kind of request to the API server: how many, the mean, and the bucket that holds the 95th of 100. */
function summarize(metrics: string): Record<string, string> {
  const name = 'corpusmill_kubernetes_request_seconds';
  const lines = [...metrics.matchAll(new RegExp(`^${name}_(bucket|sum|count)\\{(.*)\\} (.*)$`, 'gm'))];
  const of = (part: string, labels: string) =>
    lines
      .filter(([, kind, given]) => kind === part && given!.includes(labels))
      .map((line) => Number(line[3]));
  const all = lines.filter(([, kind]) => kind === 'count').map(([, , labels]) => labels!);
  return Object.fromEntries(
    all.map((labels) => {
      const [count, sum] = [of('count', labels)[0]!, of('sum', labels)[0]!];
      const bucket = of('bucket', labels).findIndex((below) => below >= 0.95 * count);
      return [
        labels,
        `${count}, mean ${((1000 * sum) / count).toFixed(0)} ms, p95 below ${BUCKETS[bucket]} s`,
      ];
    }),
  );
}

const BUCKETS = [0.005, 0.025, 0.1, 0.3, 1, 5, 20, Number.POSITIVE_INFINITY];

interface Row {
  readonly id: string;
  readonly state: string;
  readonly problem: unknown;
  readonly created_at: Date;
  readonly finished_at: Date;
}

/** Milliseconds. */
interface Times {
  readonly heardAt: number;
  endedAt: number;
}

/**
 * Many runs of four Spark stages on a real API server. No pod runs: objects are suspended, this test does the jobs'
 * work and writes `COMPLETED` into their status. Printed: how long the server takes to see the end of a workload.
 */
describeOnCluster('a server with many runs', () => {
  let namespace: TestNamespace;
  let workspace: Workspace;
  let server: ServerProcess;
  let cluster: Cluster;
  const attempts = new Map<string, Times>();
  const busy = new Set<Promise<void>>();
  let beginAll = (): void => undefined;
  const allSubmitted = new Promise<void>((resolve) => {
    beginAll = resolve;
  });

  beforeAll(async () => {
    namespace = await TestNamespace.create();
    workspace = await Workspace.create();
    process.env['FAKE_BEHAVIOUR'] = join(workspace.folder, 'behaviour.json');
    writeFileSync(process.env['FAKE_BEHAVIOUR'], JSON.stringify(BEHAVIOUR));
    server = await ServerProcess.start(workspace, {
      KUBECONFIG: REAL_KUBECONFIG!,
      CORPUSMILL_EXECUTOR: 'kubernetes',
      CORPUSMILL_KUBERNETES_NAMESPACE: namespace.name,
      CORPUSMILL_KUBERNETES_QUEUE: 'none',
      CORPUSMILL_STORE: workspace.folder,
      CORPUSMILL_KUBERNETES_STORE_CLAIM: 'store',
      CORPUSMILL_SPARK_IMAGE: 'spark:none',
      CORPUSMILL_RAY_IMAGE: 'ray:none',
      CORPUSMILL_POLL_MS: '500',
      CORPUSMILL_LEASE_SECONDS: '10',
    });
    cluster = new Cluster({
      kubeconfig: REAL_KUBECONFIG,
      namespace: namespace.name,
      labelSelector: 'app.kubernetes.io/managed-by=corpusmill',
      groupLabel: ATTEMPT_LABEL,
      registry: new Registry(),
      logger: pino({ level: 'silent' }),
      onChanged: (object) => begin(object),
    });
    cluster.start();
  });

  afterAll(async () => {
    await cluster.stop();
    await server.kill('SIGTERM');
    await workspace.remove();
    await namespace.remove();
  });

  function begin(object: KubeObject): void {
    const { name } = object.metadata;
    if (attempts.has(name) || object.metadata.deletionTimestamp !== undefined) return;
    attempts.set(name, { heardAt: Date.now(), endedAt: 0 });
    if (attempts.size >= RUNS) beginAll();
    const work = perform(object).finally(() => busy.delete(work));
    busy.add(work);
  }

  /** As the job and the operator together. All first stages begin once all of them are there. */
  async function perform({ metadata: { name, labels } }: KubeObject): Promise<void> {
    await allSubmitted;
    await setTimeout(WORK_SECONDS * 1000 * (0.5 + Math.random()));
    const control = join(
      workspace.folder,
      'runs',
      labels['corpusmill.dev/run-id']!,
      labels['corpusmill.dev/stage']!,
      name,
    );
    await runJob(pathToFileURL(join(control, 'spec.json')).href);
    const path = `/apis/sparkoperator.k8s.io/v1beta2/namespaces/${namespace.name}/sparkapplications/${name}/status`;
    const { copy } = cluster.sparkApplications;
    for (let tries = 0; copy.get(name) !== undefined; tries += 1) {
      const isEnded = copy.get(name)!.status.applicationState.state === 'COMPLETED';
      if (!isEnded && tries % AGAIN === 0) {
        attempts.get(name)!.endedAt = Date.now();
        const status = { applicationState: { state: 'COMPLETED' }, driverInfo: {} };
        await adminCall('PATCH', path, { status }).catch(() => undefined);
      }
      await setTimeout(500);
    }
  }

  async function submitAll(): Promise<void> {
    for (let index = 0; index < RUNS; index += 1) {
      const stages = { ...STAGES, extract: { maxHtmlDepth: 100 + index } };
      await server.api.submit(workspace, workspace.recipe(stages, `run-${index}`));
    }
  }

  const percentile = (values: readonly number[], part: number) =>
    values.toSorted((left, right) => left - right)[
      Math.min(values.length - 1, Math.floor(values.length * part))
    ] ?? 0;

  it('ends every run, with one object per attempt, and tells how fast', async () => {
    const startedAt = Date.now();
    await submitAll();
    const submittedAt = Date.now();
    const ended = "select count(*)::int as n from runs where state in ('succeeded', 'failed')";
    await until(
      async () => (await queryRows<{ n: number }>(workspace.database.url, ended))[0]!.n === RUNS,
      1_500_000,
    );
    const seconds = (Date.now() - submittedAt) / 1000;
    const rows = await queryRows<Row>(
      workspace.database.url,
      'select id, state, problem, created_at, finished_at from attempts',
    );
    expect(rows.filter(({ state }) => state !== 'succeeded').map(({ problem }) => problem)).toEqual([]);
    expect(rows.map((row) => row.id).sort()).toEqual([...attempts.keys()].sort());
    const lags = rows.map((row) => row.finished_at.getTime() - attempts.get(row.id)!.endedAt);
    const starts = rows.map((row) => attempts.get(row.id)!.heardAt - row.created_at.getTime());
    const metrics = await server.api.get<string>('/metrics');
    const report = {
      runs: RUNS,
      customResources: attempts.size,
      submitSeconds: (submittedAt - startedAt) / 1000,
      runSeconds: seconds,
      endToOutcomeMs: { p50: percentile(lags, 0.5), p99: percentile(lags, 0.99) },
      attemptToObjectMs: { p50: percentile(starts, 0.5), p99: percentile(starts, 0.99) },
      peakResidentMb:
        Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024,
      requests: summarize(metrics.body),
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    await until(async () => (await cluster.sparkApplications.client.list({})).items.length === 0, 120_000);
  }, 1_800_000);
});
