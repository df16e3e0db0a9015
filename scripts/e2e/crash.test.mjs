import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { randomFrom } from '../demo/random.mjs';
import { catalogKeys, claimsOf, jobProcesses, manifestsOnDisk, runWithKills } from './lib/crash.mjs';
import { Home } from './lib/home.mjs';
import { shortRecipe, writeDocuments } from './lib/recipes.mjs';

const SEED = Number(process.env.E2E_SEED ?? 7);
/** Kills over all runs; the figure in the release notes is made with 200. */
const KILLS = Number(process.env.E2E_KILLS ?? 12);
const KILLS_PER_RUN = Math.max(4, KILLS / 10);

const home = new Home();
after(() => home.remove());

test('every run ends as it should when the server is killed at random moments', async () => {
  const random = randomFrom(SEED);
  const uris = writeDocuments(home.path('documents'), { count: 60 });
  let kills = 0;
  for (let index = 0; kills < KILLS; index += 1) {
    const recipe = { ...shortRecipe(uris, { name: `crash-${index}`, seed: index }) };
    recipe.stages.extract.minLanguageScore = 0.3 + (index % 300) / 1000;
    const result = await runWithKills(home, recipe, {
      kills: Math.min(KILLS_PER_RUN, KILLS - kills),
      random,
    });
    kills += result.kills;
    assert.equal(result.run.state, 'succeeded', JSON.stringify(result.run));
    for (const { attempt, state, claim } of claimsOf(home, result.run)) {
      if (state === 'succeeded') assert.equal(claim?.holder, 'workload', attempt);
    }
    process.stderr.write(`crash: ${kills} of ${KILLS} kills, run ${index} succeeded\n`);
  }
  assert.deepEqual((await catalogKeys(home)).toSorted(), [...new Set(manifestsOnDisk(home))].toSorted());
  assert.deepEqual(jobProcesses(home), []);
});
