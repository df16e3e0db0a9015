// All suites of all languages; the last line is `N passed, N failed, N skipped`.
// `npm test -- --only control-plane,e2e` runs some of them, `-- --minutes 30` leaves out runs that would end later.
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { UsageError, readOptions } from './lib/options.mjs';
import { VENV_PYTHON, at } from './lib/paths.mjs';
import { readJest, readJunit, readSurefire, readTap, sumOf } from './lib/results.mjs';
import { run } from './lib/run.mjs';
import { setup } from './setup.mjs';

const REPORTS = at('.tools/reports');
const BROKEN = { passed: 0, failed: 1, skipped: 0 };

async function jest() {
  const report = `${REPORTS}/jest.json`;
  const env = { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' };
  await run(
    'npm',
    ['exec', '--', 'jest', '--config', 'control-plane/jest.config.mjs', '--json', '--outputFile', report],
    envOf(env),
  );
  return readJest(report);
}

async function maven() {
  for (const module of ['core', 'jobs'])
    rmSync(at(`spark-jobs/${module}/target/surefire-reports`), { recursive: true, force: true });
  const status = await run('mvn', [
    '--batch-mode',
    '--quiet',
    '-f',
    at('spark-jobs/pom.xml'),
    '-Dmaven.test.failure.ignore=true',
    '-Dspotless.check.skip=true',
    'package',
  ]);
  const results = ['core', 'jobs'].map((module) =>
    readSurefire(at(`spark-jobs/${module}/target/surefire-reports`)),
  );
  return status === 0 ? sumOf(results) : sumOf([...results, BROKEN]);
}

const pytest = (folder) => async () => {
  const report = `${REPORTS}/pytest-${folder.replaceAll('/', '-')}.xml`;
  await run(VENV_PYTHON, ['-m', 'pytest', '-q', `--junitxml=${report}`], { cwd: at(folder) });
  return readJunit(report);
};

/** node's own test runner over test files, one at a time. */
async function nodeTests(name, files) {
  const report = `${REPORTS}/${name}.tap`;
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stderr',
    '--test-reporter=tap',
    `--test-reporter-destination=${report}`,
  ];
  await run('node', ['--test', '--test-concurrency=1', ...reporters, ...files]);
  return readTap(readFileSync(report, 'utf8'));
}

const testsIn = (folder) =>
  readdirSync(at(folder))
    .filter((file) => file.endsWith('.test.mjs'))
    .map((file) => at(folder, file));

/** End-to-end files that come first where time is short: they tell most. */
const FIRST = ['spine', 'determinism', 'bad-input'].map((name) => at(`scripts/e2e/${name}.test.mjs`));
/** Longest that one of them takes on a slow machine. */
const FILE_SECONDS = 480;

/** Whole runs take minutes: a file that may not end in time is not begun, and counts as one skipped test. */
async function endToEnd() {
  const results = [];
  for (const file of new Set([...FIRST, ...testsIn('scripts/e2e')])) {
    const name = path.basename(file, '.test.mjs');
    const seconds = Math.round((endsAt - performance.now()) / 1000);
    if (seconds < FILE_SECONDS) {
      process.stderr.write(
        `test: e2e: ${name} skipped: ${seconds} s are left, it may take ${FILE_SECONDS} s\n`,
      );
      results.push({ passed: 0, failed: 0, skipped: 1 });
    } else results.push(await nodeTests(`e2e-${name}`, [file]));
  }
  return sumOf(results);
}

const envOf = (extra) => ({
  env: { ...process.env, ...extra, PATH: `${at('node_modules/.bin')}:${process.env.PATH}` },
});

const SUITES = {
  scripts: () => nodeTests('scripts', testsIn('scripts/lib')),
  'control-plane': jest,
  'spark-jobs': maven,
  extract: pytest('spark-jobs/extract'),
  'ray-tasks': pytest('ray-tasks'),
  e2e: endToEnd,
};

async function runSuite(name) {
  process.stderr.write(`\ntest: ${name}\n`);
  const result = await SUITES[name]().catch((error) => {
    process.stderr.write(`test: ${name} could not be run: ${error.message}\n`);
    return BROKEN;
  });
  process.stderr.write(
    `test: ${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped\n`,
  );
  return result;
}

/** In turn, but for what leaves a core idle for most of its time. */
const TURNS = [['scripts'], ['control-plane'], ['spark-jobs'], ['extract', 'ray-tasks'], ['e2e']];
const NAMES = TURNS.flat();
const USAGE = `usage: npm test [-- options]

  --only LIST      some of ${NAMES.join(',')}
  --minutes N      begin no end-to-end file that may not end within so many minutes from now; it is counted as skipped
  --help           this text
`;

function checked({ values }) {
  const chosen = values.only.split(',');
  const unknown = chosen.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0)
    throw new UsageError(`no suite ${unknown.join(', ')}; there are ${NAMES.join(', ')}`);
  const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
  if (!(minutes > 0)) throw new UsageError(`--minutes ${values.minutes}: give a number above 0`);
  return { chosen, minutes };
}

const config = {
  options: { only: { type: 'string', default: NAMES.join(',') }, minutes: { type: 'string' } },
};
const { chosen, minutes } = readOptions(USAGE, config, checked);
const endsAt = performance.now() + minutes * 60_000;
await setup();
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const results = [];
for (const turn of TURNS)
  results.push(...(await Promise.all(turn.filter((name) => chosen.includes(name)).map(runSuite))));
const { passed, failed, skipped } = sumOf(results);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
