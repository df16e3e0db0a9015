import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { generateCrawl } from '../demo/crawl.mjs';
import { trainQualityModel } from '../demo/model.mjs';
import { Home, sleep } from './lib/home.mjs';
import { resourcesOf, shortRecipe, writeDocuments } from './lib/recipes.mjs';
import { contentDigests, shardDigests } from './lib/shards.mjs';

const STAGES = ['extract', 'filter', 'dedup', 'score', 'scrub', 'tokenize'];

const data = new Home();
let uris;
let model;
let reference;

/** Runs the recipe in a home of its own; what must be equal of it. */
async function digestsOf(resources, meanwhile) {
  const home = new Home();
  try {
    const recipe = shortRecipe(uris, { model, resources: resourcesOf(resources) });
    const submitted = await home.json('run', home.recipe(recipe));
    const run = await home.waitFor(submitted.id, (seen) => meanwhile?.(home, seen));
    assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
    const contents = {};
    for (const stage of STAGES)
      contents[stage] = contentDigests((await home.version(`short/${stage}`)).manifest);
    return { run, contents, shards: shardDigests((await home.version('short')).manifest) };
  } finally {
    home.remove();
  }
}

before(async () => {
  generateCrawl(data.path('crawl'));
  model = trainQualityModel(data.path('crawl'));
  uris = writeDocuments(data.path('documents'));
  reference = await digestsOf({ cpu: 2, partitionsPerCore: 2 });
});
after(() => data.remove());

test('gives the same bytes with one core and one partition', async () => {
  const { contents, shards } = await digestsOf({ cpu: 1, partitionsPerCore: 1 });
  assert.deepEqual(shards, reference.shards);
  assert.deepEqual(contents, reference.contents);
});

/** Kills the workload of each stage's first attempt once, as soon as it has one. */
function workloadKiller() {
  const killed = new Set();
  return async (_home, run) => {
    const step = run.steps.find(({ state }) => state === 'running');
    const attempt = step?.attempts.at(-1);
    const pid = attempt?.workload?.pid;
    if (!pid || attempt.number > 1 || killed.has(step.stage)) return;
    killed.add(step.stage);
    await sleep(300);
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
}

test('gives the same bytes in ten partitions, after a kill -9 of the workload in every stage', async () => {
  const { run, contents, shards } = await digestsOf({ cpu: 2, partitionsPerCore: 5 }, workloadKiller());
  assert.ok(
    run.steps.filter(({ attempts }) => attempts.length > 1).length >= 5,
    JSON.stringify(run.steps.map(({ attempts }) => attempts.length)),
  );
  assert.deepEqual(shards, reference.shards);
  assert.deepEqual(contents, reference.contents);
});
