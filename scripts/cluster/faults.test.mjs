// Faults that need a real node or a real API server. Pass: one custom resource an attempt, none left behind, the right end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { JOBS_NAMESPACE, SERVER_NAMESPACE, kubectl, objects, until } from './lib/kubectl.mjs';
import { Session, patch } from './lib/session.mjs';
import { restartApiServer, pauseSparkOperator, sharedCluster } from './lib/shared-cluster.mjs';

let session;
before(async () => (session = await Session.open()));
after(() => session?.close());

const onShared = { skip: sharedCluster() ? false : 'only on the single-node test cluster' };

function assertOneEach(uids) {
  for (const [attempt, seen] of uids)
    assert.equal(seen.size, 1, `${attempt} had ${seen.size} custom resources`);
}

async function assertSucceeded(run, attempts, uids = new Map()) {
  assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
  assert.equal(run.steps[0].attempts.length, attempts, JSON.stringify(run.steps[0].attempts));
  assertOneEach(uids);
  await session.isClean(run.id);
}

test('killing every control-plane pod leaves the job alone and ends in one attempt', async () => {
  const { id } = await session.submit('pods-killed');
  await session.running(id);
  const selector = ['--selector', 'app.kubernetes.io/component=control-plane'];
  kubectl(['delete', 'pods', '--namespace', SERVER_NAMESPACE, ...selector, '--grace-period=0', '--force']);
  session.tunnel.renew();
  const uids = new Map();
  await assertSucceeded(await session.finish(id, uids), 1, uids);
});

test('a custom resource that somebody deletes is a lost attempt, and a new one with a new name succeeds', async () => {
  const { id } = await session.submit('deleted');
  const { workload } = await session.running(id);
  kubectl(['delete', 'sparkapplication', workload.metadata.name, '--namespace', JOBS_NAMESPACE]);
  const uids = new Map();
  const run = await session.finish(id, uids);
  await assertSucceeded(run, 2, uids);
  assert.notEqual(run.steps[0].attempts[1].id, workload.metadata.name);
});

test('a quota that leaves no room fails the run with the reason, and a retry after it is raised succeeds', async () => {
  const [{ spec }] = objects(JOBS_NAMESPACE, 'resourcequotas');
  patch('resourcequota', 'jobs', { spec: { hard: { pods: '0' } } });
  let run;
  try {
    run = await session.finish((await session.submit('quota')).id);
  } finally {
    patch('resourcequota', 'jobs', { spec: { hard: { pods: spec.hard.pods } } });
  }
  assert.equal(run.state, 'failed');
  assert.match(JSON.stringify(run.problem), /exceeded quota/);
  await session.isClean(run.id);
  await session.client.json('runs', 'retry', run.id);
  const again = await session.finish(run.id);
  assert.equal(again.state, 'succeeded', JSON.stringify(again.problem));
});

test('a job that is suspended and resumed ends in success', async () => {
  const { id } = await session.submit('suspended');
  const { workload } = await session.running(id);
  patch('sparkapplication', workload.metadata.name, { spec: { suspend: true } });
  await until('the job to be suspended', 120, () =>
    objects(JOBS_NAMESPACE, 'sparkapplications').some(
      ({ status }) => status?.applicationState?.state === 'SUSPENDED',
    ),
  );
  assert.equal((await session.client.json('runs', 'show', id)).state, 'running');
  patch('sparkapplication', workload.metadata.name, { spec: { suspend: false } });
  const run = await session.finish(id);
  assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
  await session.isClean(id);
});

test("an image that cannot be pulled fails the run with the pod's reason", async () => {
  const settings = {
    CORPUSMILL_SPARK_IMAGE: 'localhost/corpusmill/absent:dev',
    CORPUSMILL_CLAIM_DEADLINE_SECONDS: '60',
    CORPUSMILL_RETRY_MAX_ATTEMPTS: '1',
  };
  const run = await session.withSettings(settings, async () =>
    session.finish((await session.submit('no-image')).id),
  );
  assert.equal(run.state, 'failed');
  assert.match(JSON.stringify(run.problem), /ErrImagePull|ImagePullBackOff/);
  await session.isClean(run.id);
});

test("a driver that needs more memory than its limit fails the run with the pod's reason", async () => {
  const settings = { CORPUSMILL_KUBERNETES_DRIVER_MEMORY_MB: '512', CORPUSMILL_RETRY_MAX_ATTEMPTS: '1' };
  const run = await session.withSettings(settings, async () =>
    session.finish((await session.submit('too-small')).id),
  );
  assert.equal(run.state, 'failed');
  assert.match(JSON.stringify(run.problem), /OOMKilled|OUT_OF_MEMORY/);
  await session.isClean(run.id);
});

test('a restart of the API server leaves the job alone and ends in one attempt', onShared, async () => {
  const { id } = await session.submit('api-server');
  await session.running(id);
  await restartApiServer({ downMilliseconds: 20_000 });
  session.tunnel.renew();
  const uids = new Map();
  await assertSucceeded(await session.finish(id, uids), 1, uids);
});

test('a Spark operator that is away while a job is submitted delays it, no more', onShared, async () => {
  const resume = pauseSparkOperator();
  let submitted;
  try {
    submitted = await session.submit('operator-away');
    await sleep(15_000);
  } finally {
    resume();
  }
  const uids = new Map();
  await assertSucceeded(await session.finish(submitted.id, uids), 1, uids);
});
