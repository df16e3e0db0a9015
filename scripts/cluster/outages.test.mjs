// S3 away for a minute in every stage, and the control plane killed at every labelled point. Half an hour: CLUSTER_LONG=1.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { demoRecipe } from '../demo/recipe.mjs';
import { at } from '../lib/paths.mjs';
import { uploadDemo } from './lib/demo.mjs';
import { deploy } from './lib/deployment.mjs';
import { POLL_MILLISECONDS, SERVER_NAMESPACE, objects, podsOf, until } from './lib/kubectl.mjs';
import { Outage } from './lib/outage.mjs';
import { Session } from './lib/session.mjs';
import { sharedCluster } from './lib/shared-cluster.mjs';

const OUTAGE_MILLISECONDS = 60_000;
const isLong = process.env.CLUSTER_LONG === '1';
const long = { skip: isLong ? false : 'takes half an hour: CLUSTER_LONG=1' };
const longOnShared = {
  skip: isLong && sharedCluster() ? false : 'CLUSTER_LONG=1, on the single-node test cluster',
};

let session;
before(async () => {
  if (isLong) session = await Session.open();
});
after(() => session?.close());

/** Breaks the store once in each stage, as soon as the stage's job has begun. */
function breaker(outage) {
  const broken = new Set();
  return async (run) => {
    const step = run.steps.find(({ state }) => state === 'running');
    if (!step || broken.has(step.stage)) return;
    const hasBegun = podsOf(run.id).some(
      ({ metadata, status }) =>
        metadata.labels['corpusmill.dev/stage'] === step.stage && status.phase === 'Running',
    );
    if (!hasBegun) return;
    broken.add(step.stage);
    outage.begin();
    await sleep(OUTAGE_MILLISECONDS);
    outage.end();
  };
}

test('an S3 server that is away for a minute in every stage loses nothing', longOnShared, async (t) => {
  const outage = await Outage.open(session.state.access.AWS_ENDPOINT_URL_S3);
  const access = { ...session.state.access, AWS_ENDPOINT_URL_S3: outage.endpoint };
  try {
    await deploy({ ...session.state, access }, { CORPUSMILL_LOG_LEVEL: 'debug' });
    session.tunnel.renew();
    await until('the API', 60, () => session.tunnel.isReady());
    const { crawl, model } = await uploadDemo(session.bucket);
    const recipe = { ...demoRecipe(crawl, model), name: 'outages' };
    recipe.stages.mix.seed = 1;
    recipe.stages.extract.minLanguageScore = 0.6;
    const { id } = await session.client.json('run', session.client.recipe(recipe));
    const run = await session.client.waitFor(id, breaker(outage), POLL_MILLISECONDS);
    t.diagnostic(run.steps.map(({ stage, attempts }) => `${stage} ${attempts.length}`).join(', '));
    assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
    await session.isClean(id);
  } finally {
    outage.end();
    await deploy(session.state);
    await outage.close();
    session.tunnel.renew();
  }
});

/** A server's container has ended by SIGKILL since its pod began. */
const wasKilled = () =>
  objects(SERVER_NAMESPACE, 'pods', '--selector', 'app.kubernetes.io/component=control-plane').some(
    ({ status }) =>
      status.containerStatuses?.some(({ lastState }) => lastState?.terminated?.exitCode === 137),
  );

const POINTS = /CRASH_POINTS = \[([^\]]+)\]/.exec(
  readFileSync(at('control-plane/server/src/common/crash-points.ts'), 'utf8'),
)[1];

/** What takes a run to a point: nothing, a cancel while its job runs, or the approval of a held version. */
async function provoke(point, id) {
  if (point.includes('cancel')) {
    await session.running(id);
    await session.client.run('runs', 'cancel', id);
  }
  if (point.includes('approved')) {
    const isHeld = ({ steps }) => steps.some(({ state }) => state === 'waiting-approval');
    await until('the version to be held', 600, async () =>
      isHeld(await session.client.json('runs', 'show', id)),
    );
    await session.client.run('runs', 'approve', id);
  }
}

for (const [, point] of POINTS.matchAll(/'([a-z-]+)'/g)) {
  test(`a control plane killed at ${point} still makes one workload and the right end`, long, async () => {
    await deploy(session.state, { CORPUSMILL_CRASH_AT: point });
    session.tunnel.renew();
    await until('the API', 60, () => session.tunnel.isReady());
    const more = point.includes('approved') ? { dedup: { maxRemovedFraction: 0.01 } } : {};
    const { id } = await session.submitted(`crash-${point}`, more);
    await provoke(point, id);
    await until('the crash', 240, () => wasKilled());
    await deploy(session.state);
    session.tunnel.renew();
    const uids = new Map();
    const run = await session.finish(id, uids);
    assert.equal(
      run.state,
      point.includes('cancel') ? 'cancelled' : 'succeeded',
      JSON.stringify(run.problem),
    );
    for (const { stage, attempts } of run.steps) assert.equal(attempts.length, 1, stage);
    for (const [attempt, seen] of uids) assert.equal(seen.size, 1, attempt);
    await session.isClean(id);
  });
}
