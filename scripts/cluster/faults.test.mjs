// What befalls a job that runs. Pass: one custom resource an attempt, none left behind, the right end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JOBS_NAMESPACE, SERVER_NAMESPACE, kubectl, podsOf, tryKubectl } from './lib/kubectl.mjs';
import { Session } from './lib/session.mjs';

let session;
before(async () => (session = await Session.open()));
after(() => session?.close());

function killControlPlane() {
  const selector = ['--selector', 'app.kubernetes.io/component=control-plane'];
  kubectl(['delete', 'pods', '--namespace', SERVER_NAMESPACE, ...selector, '--grace-period=0', '--force']);
}

test('killing every control-plane pod leaves the job alone and ends in one attempt', async () => {
  const { id } = await session.submit('pods-killed');
  await session.running(id);
  killControlPlane();
  session.tunnel.renew();
  const uids = new Map();
  await session.assertSucceeded(await session.finish(id, uids), [1], uids);
});

test('a custom resource that somebody deletes is a lost attempt, and a new one with a new name succeeds', async () => {
  const { id } = await session.submit('deleted');
  const { workload } = await session.running(id);
  kubectl(['delete', 'sparkapplication', workload.metadata.name, '--namespace', JOBS_NAMESPACE]);
  const uids = new Map();
  const run = await session.finish(id, uids);
  await session.assertSucceeded(run, [2], uids);
  assert.notEqual(run.steps[0].attempts[1].id, workload.metadata.name);
});

test('a cancel ends the run, and no pod of it is left after a minute', async () => {
  const { id } = await session.submit('cancelled');
  await session.running(id);
  const { status, stderr } = await session.client.run('runs', 'cancel', id);
  assert.equal(status, 0, stderr);
  await session.isClean(id);
  const run = await session.finish(id);
  assert.equal(run.state, 'cancelled');
  assert.equal(run.steps[0].attempts.length, 1);
});

/** Thirty-two processes of 100 MB beside the driver: the largest of them all, the JVM, is the one that the kernel kills. */
const HOGS = 'import os,time;[os.fork() for _ in range(5)];hog=bytearray(os.urandom(1))*10**8;time.sleep(60)';

test('a driver that is killed for its memory is an attempt lost with that reason, and a new one succeeds', async () => {
  const { id } = await session.submit('out-of-memory');
  await session.running(id);
  const driver = podsOf(id).find(({ metadata }) => metadata.labels['spark-role'] === 'driver');
  tryKubectl(['exec', '--namespace', JOBS_NAMESPACE, driver.metadata.name, '--', 'python', '-c', HOGS]);
  const uids = new Map();
  const run = await session.finish(id, uids);
  await session.assertSucceeded(run, [2], uids);
  const { code, message } = run.steps[0].attempts[0].problem;
  assert.equal(code, 'MEMORY_EXCEEDED');
  assert.match(message, /-driver: OOMKilled \(exit code 137\)/);
});

test('control-plane pods killed and the RayJob deleted while a Ray stage works: a new one succeeds', async () => {
  const { id } = await session.submit('ray-deleted', { scrub: {} });
  const { workload } = await session.running(id, 'RayJob');
  killControlPlane();
  kubectl(['delete', 'rayjob', workload.metadata.name, '--namespace', JOBS_NAMESPACE]);
  session.tunnel.renew();
  const uids = new Map();
  const run = await session.finish(id, uids);
  await session.assertSucceeded(run, [1, 2], uids);
  assert.notEqual(run.steps[1].attempts[1].id, workload.metadata.name);
});

test('a cancel while a Ray stage works leaves no head, worker or submitter after a minute', async () => {
  const { id } = await session.submit('ray-cancelled', { scrub: {} });
  await session.running(id, 'RayJob');
  const { status, stderr } = await session.client.run('runs', 'cancel', id);
  assert.equal(status, 0, stderr);
  await session.isClean(id);
  assert.equal((await session.finish(id)).state, 'cancelled');
});
