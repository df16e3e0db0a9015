// The cluster tests: k8s/overlays/local on the cluster of KUBECONFIG, the demo's recipe there, and faults.
// The last line is `N passed, N failed, N skipped`. See --help for what they need.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { at, toolEnvironment } from './lib/paths.mjs';
import { readTap } from './lib/results.mjs';
import { setup } from './setup.mjs';

const HELP = `usage: npm run test:cluster [-- options]

  --only LIST      some of manifests,api,run,faults,outages
  --keep           leave what was deployed in the cluster
  --minutes N      give up after so long (default 40)
  --help           this text

Needs kubectl, KUBECONFIG, a cluster with the Spark operator and a Ray operator that watch the namespace
corpusmill-jobs, the images of "npm run images" on its nodes, and an S3 server that pods and this machine reach:

  AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY    default: the test cluster's
  CORPUSMILL_TEST_IMAGES, CORPUSMILL_TEST_TAG                                  default: localhost/corpusmill, dev
  CLUSTER_LONG=1                                                               also the tests of half an hour
`;

const SUITES = ['manifests', 'api', 'run', 'faults', 'outages'];
const TEST_MILLISECONDS = 20 * 60_000;

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

/** Runs the suites one after another under a time limit, and counts what they say. */
async function runSuites(only, minutes) {
  const reports = at('.tools/reports');
  mkdirSync(reports, { recursive: true });
  const report = `${reports}/cluster.tap`;
  rmSync(report, { force: true });
  const files = only.map((name) => at('scripts/cluster', `${name}.test.mjs`));
  const options = ['--test', '--test-concurrency=1', `--test-timeout=${TEST_MILLISECONDS}`];
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stderr',
    '--test-reporter=tap',
    `--test-reporter-destination=${report}`,
  ];
  const child = spawn('node', [...options, ...reporters, ...files], {
    env: toolEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const limit = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), minutes * 60_000);
  const signal = await new Promise((resolve) => child.once('close', (_code, name) => resolve(name)));
  clearTimeout(limit);
  if (signal !== null) throw new Error(`the tests were ended by ${signal}; the limit is ${minutes} minutes`);
  return readTap(readFileSync(report, 'utf8'));
}

async function testCluster({ only, keep, minutes }) {
  await setup();
  // Only now: what these use is installed by the set-up.
  const { Bucket } = await import('./cluster/lib/bucket.mjs');
  const { deploy, undeploy, writeState } = await import('./cluster/lib/deployment.mjs');
  const state = writeState();
  const bucket = new Bucket(state.bucket, state.access);
  await undeploy();
  await bucket.create();
  try {
    await deploy(state);
    return await runSuites(only, minutes);
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
