// Jobs that the cluster does not let run: the run fails with the cluster's reason, and nothing is left behind.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JOBS_NAMESPACE, objects } from './lib/kubectl.mjs';
import { Session, patch } from './lib/session.mjs';

let session;
before(async () => (session = await Session.open()));
after(() => session?.close());

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
