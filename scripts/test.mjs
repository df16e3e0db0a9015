// All suites of all languages; the last line is `N passed, N failed, N skipped`.
// `npm test -- --only control-plane,e2e` runs some of them.
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';

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

/** node's own test runner over *.test.mjs of a folder, one file at a time. */
const nodeTests = (folder, name) => async () => {
  const files = readdirSync(at(folder))
    .filter((file) => file.endsWith('.test.mjs'))
    .map((file) => at(folder, file));
  const report = `${REPORTS}/${name}.tap`;
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stderr',
    '--test-reporter=tap',
    `--test-reporter-destination=${report}`,
  ];
  await run('node', ['--test', '--test-concurrency=1', ...reporters, ...files]);
  return readTap(readFileSync(report, 'utf8'));
};

const envOf = (extra) => ({
  env: { ...process.env, ...extra, PATH: `${at('node_modules/.bin')}:${process.env.PATH}` },
});

const SUITES = {
  scripts: nodeTests('scripts/lib', 'scripts'),
  'control-plane': jest,
  'spark-jobs': maven,
  extract: pytest('spark-jobs/extract'),
  'ray-tasks': pytest('ray-tasks'),
  e2e: nodeTests('scripts/e2e', 'e2e'),
};

async function runSuite(name) {
  process.stderr.write(`\ntest: ${name}\n`);
  try {
    return await SUITES[name]();
  } catch (error) {
    process.stderr.write(`test: ${name} could not be run: ${error.message}\n`);
    return BROKEN;
  }
}

const NAMES = Object.keys(SUITES);
const USAGE = `usage: npm test [-- options]

  --only LIST   some of ${NAMES.join(',')}
  --help        this text
`;

function chosenSuites({ values }) {
  const chosen = values.only.split(',');
  const unknown = chosen.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0)
    throw new UsageError(`no suite ${unknown.join(', ')}; there are ${NAMES.join(', ')}`);
  return chosen;
}

const config = { options: { only: { type: 'string', default: NAMES.join(',') } } };
const chosen = readOptions(USAGE, config, chosenSuites);
await setup();
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const results = [];
for (const name of chosen) {
  const result = await runSuite(name);
  process.stderr.write(
    `test: ${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped\n`,
  );
  results.push(result);
}
const { passed, failed, skipped } = sumOf(results);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
