// A job that somebody suspends, an API server that restarts, an operator that is away: the job is delayed, no more.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { JOBS_NAMESPACE, objects, until } from './lib/kubectl.mjs';
import { Session, patch } from './lib/session.mjs';
import { pauseSparkOperator, restartApiServer, sharedCluster } from './lib/shared-cluster.mjs';

let session;
before(async () => (session = await Session.open()));
after(() => session?.close());

const onShared = { skip: sharedCluster() ? false : 'only on the single-node test cluster' };

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

test('a restart of the API server leaves the job alone and ends in one attempt', onShared, async () => {
  const { id } = await session.submit('api-server');
  await session.running(id);
  await restartApiServer({ downMilliseconds: 20_000 });
  session.tunnel.renew();
  const uids = new Map();
  await session.assertSucceeded(await session.finish(id, uids), [1], uids);
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
  await session.assertSucceeded(await session.finish(submitted.id, uids), [1], uids);
});
