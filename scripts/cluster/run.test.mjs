// The demo's recipe in the cluster: drivers, executors, heads and workers as pods, storage on S3, the same bytes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { demoRecipe } from '../demo/recipe.mjs';
import { Bucket } from './lib/bucket.mjs';
import { clientOf, runLocally, uploadDemo } from './lib/demo.mjs';
import { readState } from './lib/deployment.mjs';
import { POLL_MILLISECONDS, podsOf, until, workloadsOf } from './lib/kubectl.mjs';
import { Tunnel } from './lib/tunnel.mjs';

const SPARK_STAGES = ['extract', 'filter', 'dedup', 'tokenize', 'mix'];
const RAY_STAGES = ['score', 'scrub'];
const CLEAN_UP_SECONDS = 60;

const state = readState();
const bucket = new Bucket(state.bucket, state.access);
let tunnel;
let client;
let local;
let run;
let seconds;
/** Roles of pods by stage, names of custom resources by attempt, as they were seen while the run went on. */
const seen = { roles: {}, workloads: {} };

const roleOf = ({ metadata: { labels } }) =>
  labels['spark-role'] ?? labels['ray.io/node-type'] ?? 'submitter';

function look(runId) {
  for (const pod of podsOf(runId)) {
    const stage = pod.metadata.labels['corpusmill.dev/stage'];
    (seen.roles[stage] ??= new Set()).add(roleOf(pod));
  }
  for (const { kind, metadata } of workloadsOf(runId)) {
    const attempt = metadata.labels['corpusmill.dev/attempt'];
    (seen.workloads[attempt] ??= new Set()).add(`${kind} ${metadata.name} ${metadata.uid}`);
  }
}

before(async () => {
  local = await runLocally();
  const { crawl, model } = await uploadDemo(bucket);
  tunnel = await Tunnel.open();
  client = clientOf(tunnel, state.token);
  const started = Date.now();
  const submitted = await client.json('run', client.recipe(demoRecipe(crawl, model)));
  run = await client.waitFor(submitted.id, () => look(submitted.id), POLL_MILLISECONDS);
  seconds = Math.round((Date.now() - started) / 1000);
});
after(() => {
  tunnel?.close();
  client?.remove();
});

test('the demo recipe succeeds in all seven stages, each with one attempt', (t) => {
  t.diagnostic(`wall time: ${local.seconds} s local, ${seconds} s in the cluster`);
  assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
  assert.deepEqual(
    run.steps.map(({ stage, attempts }) => [stage, attempts.length]),
    ['extract', 'filter', 'dedup', 'score', 'scrub', 'tokenize', 'mix'].map((stage) => [stage, 1]),
  );
});

test('Spark stages ran as driver and executor pods, Ray stages as head, worker and submitter pods', () => {
  for (const stage of SPARK_STAGES)
    for (const role of ['driver', 'executor'])
      assert.ok(seen.roles[stage]?.has(role), `${stage}: no ${role} seen`);
  for (const stage of RAY_STAGES)
    for (const role of ['head', 'worker', 'submitter'])
      assert.ok(seen.roles[stage]?.has(role), `${stage}: no ${role} seen`);
});

test('every attempt had exactly one custom resource, found by the label of its run', () => {
  const attempts = run.steps.flatMap((step) => step.attempts.map(({ id }) => id));
  assert.deepEqual(Object.keys(seen.workloads).toSorted(), attempts.toSorted());
  for (const [attempt, workloads] of Object.entries(seen.workloads)) assert.equal(workloads.size, 1, attempt);
});

test('every shard, index and sidecar has the SHA-256 of the local run', async () => {
  const { stage, versionKey } = await client.json('datasets', 'show', 'web-demo@latest');
  const manifest = await bucket.json(`store/versions/${stage}/${versionKey}/manifest.json`);
  const digests = ({ files }) =>
    Object.fromEntries(
      files
        .filter(({ role }) => ['shard', 'index', 'sidecar'].includes(role))
        .map(({ path, sha256 }) => [path, sha256]),
    );
  assert.ok(Object.keys(digests(manifest)).length >= 6);
  assert.deepEqual(digests(manifest), digests(local.manifest));
});

test('nothing of the run is left in the cluster a minute later, and its logs are kept', async () => {
  await until(
    'the cluster to be clean',
    CLEAN_UP_SECONDS,
    () => workloadsOf(run.id).length + podsOf(run.id).length === 0,
  );
  for (const { stage } of run.steps) {
    const { status, stdout, stderr } = await client.run('runs', 'logs', run.id, '--step', stage);
    assert.equal(status, 0, stderr);
    assert.ok(stdout.length > 100, `${stage} has no log`);
  }
});

test('the shards can be pulled from S3 and verified', async () => {
  const out = client.path('shards');
  const pulled = await client.run('pull', 'web-demo', '--out', out);
  assert.equal(pulled.status, 0, pulled.stderr);
  const verified = await client.run('verify', out);
  assert.equal(verified.status, 0, verified.stderr);
});
