// The cluster tests: k8s/overlays/local on the cluster of KUBECONFIG, the demo's recipe there, and faults.
// The last line is `N passed, N failed, N skipped`. See --help for what they need.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { at, toolEnvironment } from './lib/paths.mjs';
import { readTap, sumOf } from './lib/results.mjs';
import { setup } from './setup.mjs';

const HELP = `usage: npm run test:cluster [-- options]

  --only LIST      some of manifests,api,run,faults,reasons,operators,outages
  --keep           leave what was deployed in the cluster
  --minutes N      end a suite that runs then, and fail (default 40)
  --help           this text

Needs kubectl, KUBECONFIG, a cluster with the Spark operator and a Ray operator that watch the namespace
corpusmill-jobs, the images of "npm run images" on its nodes, and an S3 server that pods and this machine reach.
It makes the namespaces corpusmill and corpusmill-jobs and deletes them at its end; it refuses a cluster that has them.

  AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY    default: the test cluster's
  CORPUSMILL_TEST_IMAGES, CORPUSMILL_TEST_TAG                                  default: localhost/corpusmill, dev
  CLUSTER_LONG=1                                                               also the tests of half an hour
`;

const SUITES = ['manifests', 'api', 'run', 'faults', 'reasons', 'operators', 'outages'];
const TEST_MILLISECONDS = 40 * 60_000;
const BROKEN = { passed: 0, failed: 1, skipped: 0 };

function parseOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: SUITES.join(',') },
      keep: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '40' },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only.split(',');
  const unknown = only.filter((name) => !SUITES.includes(name));
  if (unknown.length > 0) throw new Error(`no suite ${unknown.join(', ')}; there are ${SUITES.join(', ')}`);
  return { ...values, only, minutes: Number(values.minutes) };
}

/** What stands in the way of any test. */
function findObstacle() {
  const kubectl = (...args) => spawnSync('kubectl', args, { encoding: 'utf8', timeout: 30_000 });
  if (!process.env.KUBECONFIG) return 'KUBECONFIG is not set';
  const version = kubectl('version', '--output=json');
  if (version.status !== 0) return `kubectl does not reach the cluster: ${version.error ?? version.stderr}`;
  const missing = ['sparkapplications.sparkoperator.k8s.io', 'rayjobs.ray.io'].filter(
    (name) => kubectl('get', 'crd', name).status !== 0,
  );
  return missing.length > 0 ? `the cluster has no ${missing.join(' and no ')}: install the operators` : null;
}

/** Runs a suite in a process group of its own; one that `over` ends counts as a failure. */
async function runSuite(name, over) {
  if (over.aborted) return BROKEN;
  const report = at('.tools/reports', `cluster-${name}.tap`);
  rmSync(report, { force: true });
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stderr',
    '--test-reporter=tap',
    `--test-reporter-destination=${report}`,
  ];
  const child = spawn(
    'node',
    [
      '--test',
      `--test-timeout=${TEST_MILLISECONDS}`,
      ...reporters,
      at('scripts/cluster', `${name}.test.mjs`),
    ],
    { env: toolEnvironment(), stdio: ['ignore', 'inherit', 'inherit'], detached: true },
  );
  const end = () => process.kill(-child.pid, 'SIGKILL');
  over.addEventListener('abort', end);
  const signal = await new Promise((resolve) => child.once('close', (_code, given) => resolve(given)));
  over.removeEventListener('abort', end);
  if (signal === null) return readTap(readFileSync(report, 'utf8'));
  process.stderr.write(
    `test:cluster: ${name} was ended by ${signal}: ${over.reason ?? 'by somebody else'}\n`,
  );
  return BROKEN;
}

/** Runs the suites one after another and adds up what they say. */
async function runSuites(only, over) {
  mkdirSync(at('.tools/reports'), { recursive: true });
  const results = [];
  for (const name of only) results.push(await runSuite(name, over));
  const result = sumOf(results);
  if (result.failed > 0) showCluster();
  return result;
}

/** What somebody wants to see who cannot look at the cluster any more. */
function showCluster() {
  const server = ['--namespace', 'corpusmill', 'logs', '--prefix', '--tail=60'];
  for (const args of [
    ['get', 'sparkapplications,rayjobs,pods', '--all-namespaces', '--output=wide'],
    ['get', 'events', '--all-namespaces', '--field-selector=type=Warning'],
    [...server, '--selector=app.kubernetes.io/component=control-plane'],
  ])
    spawnSync('kubectl', args, { stdio: ['ignore', 2, 2], timeout: 30_000 });
}

/** Aborts after so many minutes, and when this process is asked to end. */
function timeIsOver(minutes) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(`${minutes} minutes are over`), minutes * 60_000).unref();
  process.on('SIGTERM', () => controller.abort('this process was asked to end'));
  return controller.signal;
}

async function testCluster({ only, keep, minutes }) {
  const over = timeIsOver(minutes);
  await setup();
  // Only now: what these use is installed by the set-up.
  const { Bucket } = await import('./cluster/lib/bucket.mjs');
  const { deploy, foreignNamespaces, undeploy, writeState } = await import('./cluster/lib/deployment.mjs');
  const foreign = foreignNamespaces();
  if (foreign.length > 0)
    throw new Error(
      `the cluster has an installation in ${foreign.join(' and ')}, which these tests would delete: ` +
        'take another cluster, or delete it yourself',
    );
  const state = writeState();
  const bucket = new Bucket(state.bucket, state.access);
  await undeploy();
  await bucket.create();
  try {
    await deploy(state);
    return await runSuites(only, over);
  } finally {
    if (!keep) await undeploy();
    if (!keep) await bucket.remove();
  }
}

async function main() {
  const options = parseOptions();
  if (options.help) return process.stdout.write(HELP);
  const obstacle = findObstacle();
  if (obstacle) throw new Error(obstacle);
  const result = await testCluster(options);
  process.exitCode = result.failed === 0 && result.passed > 0 ? 0 : 1;
  process.stdout.write(`${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped\n`);
}

await main().catch((error) => {
  process.stderr.write(`test:cluster: ${error.message}\n`);
  process.exitCode = 1;
  process.stdout.write('0 passed, 1 failed, 0 skipped\n');
});
