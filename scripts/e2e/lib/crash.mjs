import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { killServer, sleep } from './home.mjs';

/** Kills the server `kills` times at random moments until the run has ended. */
export async function runWithKills(home, recipe, { kills, random }) {
  const submitted = await home.json('run', home.recipe(recipe));
  let done = 0;
  let next = Date.now() + random.below(1500);
  const run = await home.waitFor(submitted.id, async () => {
    if (done >= kills || Date.now() < next) return;
    if (killServer(home)) done += 1;
    next = Date.now() + 300 + random.below(2500);
    await sleep(random.below(50));
  });
  return { run, kills: done };
}

const storeOf = (home) => path.join(home.environment.CORPUSMILL_HOME, 'store');

/** Every manifest in the store: version keys by stage. */
export function manifestsOnDisk(home) {
  const root = path.join(storeOf(home), 'versions');
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((stage) =>
    readdirSync(path.join(root, stage))
      .filter((key) => existsSync(path.join(root, stage, key, 'manifest.json')))
      .map((key) => key),
  );
}

/** Claims of a run's attempts by holder: one file each, so one workload at most. */
export function claimsOf(home, run) {
  const base = path.join(storeOf(home), 'runs', run.id);
  return run.steps.flatMap((step) =>
    step.attempts.map((attempt) => {
      const file = path.join(base, step.stage, attempt.id, 'claim.json');
      return {
        attempt: attempt.id,
        state: attempt.state,
        claim: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null,
      };
    }),
  );
}

/** Version keys that the catalog lists, over all datasets. */
export async function catalogKeys(home) {
  const { items } = await home.json('datasets', 'list');
  const versions = await Promise.all(items.map(({ name }) => home.json('datasets', 'versions', name)));
  return [...new Set(versions.flatMap((list) => list.items.map(({ versionKey }) => versionKey)))];
}

/** Process ids of job processes of this home. */
export function jobProcesses(home) {
  try {
    return execFileSync('pgrep', ['-f', `${home.folder}.*(spec\\.json)`], { encoding: 'utf8' })
      .trim()
      .split('\n');
  } catch {
    return [];
  }
}
