// The demo with its sources, models and store in S3, on a server that breaks requests and goes away: the same bytes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { generateCrawl } from '../demo/crawl.mjs';
import { trainQualityModel } from '../demo/model.mjs';
import { demoRecipe } from '../demo/recipe.mjs';
import { FaultProxy } from '../lib/s3-faults.mjs';
import { TEST_KEYS, TEST_REGION, findGateway, startGateway } from '../lib/s3-gateway.mjs';
import { Home, sleep } from './lib/home.mjs';
import { shardDigests } from './lib/shards.mjs';

const BUCKET = 'corpusmill-test';
const OUTAGE_SECONDS = 60;
/** About a fifth of all requests, and of the sources' reads a tenth more. */
const RULES = [
  { fault: '503', fraction: 0.08 },
  { fault: '500', fraction: 0.04 },
  { fault: 'outage', fraction: 0.03 },
  { fault: 'reset', method: 'GET', fraction: 0.04 },
  { fault: 'short', method: 'GET', path: 'crawl/', fraction: 0.1 },
];

const program = await findGateway();
const skip = program === null ? 'no S3 server to start' : false;
const data = new Home();
let gateway;
let proxy;
let home;
let reference;
let run;
let shards;
let counts;

/** Puts crawl and model into the bucket; the recipe that reads them there. */
function uploaded(crawl, model) {
  const folder = path.join(gateway.folder, BUCKET, 'crawl');
  cpSync(crawl, folder, { recursive: true });
  cpSync(model.path, path.join(folder, 'quality.bin'));
  const uri = `s3://${BUCKET}/crawl`;
  return demoRecipe(uri, { ...model, path: `${uri}/quality.bin` });
}

/** A home with its store in S3, behind the proxy. */
function remoteHome(endpoint) {
  const environment = {
    AWS_ACCESS_KEY_ID: TEST_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEYS.secretAccessKey,
    AWS_REGION: TEST_REGION,
    AWS_ENDPOINT_URL_S3: endpoint,
    CORPUSMILL_STORE: `s3://${BUCKET}/store`,
  };
  return new Home(environment, path.join(gateway.folder, BUCKET, 'store'));
}

/** Takes the server away once for a minute, while dedup runs; the faults go on before and after. */
function outage() {
  let isOver = false;
  return async ({ steps }) => {
    if (isOver || !steps.some(({ stage, state }) => stage === 'dedup' && state === 'running')) return;
    isOver = true;
    counts = proxy.counts;
    proxy.setRules([{ fault: 'outage' }]);
    await sleep(OUTAGE_SECONDS * 1000);
    proxy.setRules(RULES);
  };
}

before(async () => {
  if (skip) return;
  const crawl = data.path('crawl');
  generateCrawl(crawl);
  const model = trainQualityModel(crawl);
  const local = new Home();
  const { state } = await local.runToEnd(demoRecipe(crawl, model));
  assert.equal(state, 'succeeded');
  reference = shardDigests((await local.version('web-demo')).manifest);
  local.remove();

  gateway = await startGateway(program, BUCKET);
  proxy = new FaultProxy(gateway.endpoint);
  home = remoteHome(await proxy.start());
  const recipe = uploaded(crawl, model);
  proxy.setRules(RULES);
  const submitted = await home.json('run', home.recipe(recipe));
  run = await home.waitFor(submitted.id, outage());
});

after(async () => {
  home?.remove();
  data.remove();
  await proxy?.stop();
  await gateway?.stop();
});

test(
  `a run on S3 succeeds with one attempt a step, though a fifth of all requests break and the server is away for ${OUTAGE_SECONDS} s`,
  {
    skip,
  },
  () => {
    assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
    assert.deepEqual(
      run.steps.map(({ attempts }) => attempts.length),
      run.steps.map(() => 1),
    );
    assert.ok(counts.faults > 50 && counts.faults > counts.requests / 10, JSON.stringify(counts));
  },
);

test('its shards, indexes and sidecars are those of the run on files', { skip }, async () => {
  shards = shardDigests((await home.version('web-demo')).manifest);
  assert.ok(Object.keys(reference).length >= 6);
  assert.deepEqual(shards, reference);
});

test('what a pull takes from such a server has the digests of the manifest', { skip }, async () => {
  const { exitCode } = await home.json('pull', 'web-demo', '--out', home.path('shards'));
  assert.equal(exitCode, 0);
  const sha256 = (file) =>
    createHash('sha256')
      .update(readFileSync(home.path('shards', file)))
      .digest('hex');
  assert.deepEqual(Object.fromEntries(Object.keys(shards).map((file) => [file, sha256(file)])), shards);
  assert.equal((await home.run('verify', home.path('shards'))).status, 0);
});

test('rows and the way of a token are read through it too', { skip }, async () => {
  assert.ok((await home.rows('web-demo/dedup')).length > 100);
  const [file] = Object.keys(shards);
  const traced = await home.json('trace', 'web-demo', '--file', file, '--token', '1000');
  assert.match(traced.document.url, /^https:\/\//);
});
