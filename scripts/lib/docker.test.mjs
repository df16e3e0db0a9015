// docker/ without a builder: what is copied is let through, users are fixed, settings of compose.yaml are described.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { parse } from 'yaml';

import { at } from './paths.mjs';

const read = (file) => readFileSync(at(file), 'utf8');
const DOCKERFILES = readdirSync(at('docker')).filter((name) => name.endsWith('.Dockerfile'));
const LET_THROUGH = read('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

/** Sources of COPY instructions that come from the context. */
const copied = (text) =>
  [...text.matchAll(/^COPY (?!--from)(?:--\S+ )*(.+) \S+$/gm)].flatMap((match) => match[1].split(' '));

/** `source` is what a pattern names, lies in it, or holds it. */
const isLetThrough = (source) =>
  LET_THROUGH.some((pattern) => {
    const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}(/|$)`);
    return expression.test(source) || pattern.startsWith(`${source}/`);
  });

for (const name of DOCKERFILES) {
  const text = read(`docker/${name}`);
  const last = text.slice(text.lastIndexOf('\nFROM '));

  test(`${name} starts from one base, copies only what .dockerignore lets through, and runs as a fixed user`, () => {
    assert.match(text, /^ARG BASE_IMAGE=docker\.io\/library\/debian:bookworm-slim$/m);
    assert.deepEqual(
      [...text.matchAll(/^FROM (\S+)/gm)].filter((match) => match[1] !== '${BASE_IMAGE}'),
      [],
    );
    assert.deepEqual(
      copied(text).filter((source) => !isLetThrough(source)),
      [],
    );
    const user = /^USER (\d+):(\d+)$/m.exec(last);
    assert.ok(user && Number(user[1]) > 0);
    assert.match(last, new RegExp(`useradd --uid ${user[1]} `));
    assert.doesNotMatch(text, /--ignore-missing|curl .*\| *(ba)?sh/);
  });
}

test('users of the images are those of the pods', () => {
  const deployment = parse(read('k8s/base/control-plane/deployment.yaml'));
  const uid = deployment.spec.template.spec.securityContext.runAsUser;
  assert.match(read('docker/control-plane.Dockerfile'), new RegExp(`^USER ${uid}:`, 'm'));
  assert.match(read('docker/spark.Dockerfile'), /^USER 185:185$/m);
});

test('Python packages of the images come from the one lock', () => {
  for (const name of ['spark', 'ray'])
    assert.match(read(`docker/${name}.Dockerfile`), /--constraint \/build\/scripts\/requirements\.lock/);
  const locked = new Map(
    [...read('scripts/requirements.lock').matchAll(/^([\w-]+)==(\S+)/gm)].map((m) => [m[1], m[2]]),
  );
  const gpu = [...read('docker/gpu.requirements.lock').matchAll(/^([\w-]+)==(\S+)/gm)];
  assert.ok(gpu.some(([, name]) => name === 'torch'));
  assert.deepEqual(
    gpu
      .filter(([, name, version]) => locked.has(name) && locked.get(name) !== version)
      .map(([, name]) => name),
    [],
  );
});

test('every setting of compose.yaml is described in the README', () => {
  const compose = read('docker/compose.yaml');
  const settings = new Set([...compose.matchAll(/\$\{(\w+)/g)].map((match) => match[1]));
  const readme = read('docker/README.md');
  assert.deepEqual(
    [...settings].filter((name) => !readme.includes(`\`${name}\``)),
    [],
  );
});

test('compose.yaml names the images that npm run images builds, and hardens our containers', () => {
  const { services } = parse(read('docker/compose.yaml'), { merge: true });
  assert.deepEqual(Object.keys(services), ['postgres', 's3', 'bucket', 'migrate', 'control-plane']);
  for (const name of ['postgres', 'migrate', 'control-plane']) {
    assert.equal(services[name].read_only, true);
    assert.deepEqual(services[name].cap_drop, ['ALL']);
  }
});

/** What the Compose specification lets a service have, as far as ours use it. */
const SERVICE_KEYS = new Set([
  'cap_drop',
  'command',
  'depends_on',
  'entrypoint',
  'environment',
  'healthcheck',
  'image',
  'ports',
  'read_only',
  'restart',
  'security_opt',
  'tmpfs',
  'volumes',
]);
const CONDITIONS = new Set(['service_started', 'service_healthy', 'service_completed_successfully']);

test('compose.yaml is one by the Compose specification: known keys, declared volumes, services that are there', () => {
  const { name, services, volumes, ...rest } = parse(read('docker/compose.yaml'), { merge: true });
  assert.equal(name, 'corpusmill');
  assert.deepEqual(rest, {});
  for (const [service, value] of Object.entries(services)) {
    assert.deepEqual(
      Object.keys(value).filter((key) => !SERVICE_KEYS.has(key)),
      [],
      service,
    );
    for (const [needed, { condition }] of Object.entries(value.depends_on ?? {})) {
      assert.ok(needed in services, `${service} needs ${needed}`);
      assert.ok(CONDITIONS.has(condition), `${service}: ${condition}`);
      if (condition === 'service_healthy') assert.ok(services[needed].healthcheck.test.length > 1);
    }
    const named = (value.volumes ?? [])
      .map((volume) => volume.split(':')[0])
      .filter((from) => /^\w+$/.test(from));
    assert.deepEqual(
      named.filter((volume) => !(volume in volumes)),
      [],
      service,
    );
  }
});

/** A folder in which "java" is a shell that waits, in a world of processes of its own. */
const HOOK_SCENE = `
  mount -t proc proc /proc
  cp "$(command -v bash)" "$1/java"
  "$1/java" -c 'trap "echo told; exit" PWR; while :; do sleep 0.1; done' &
  sleep 0.5
  bash "$2"
  echo "ended $?"`;
const unshare = (script, ...args) =>
  spawnSync(
    'unshare',
    ['--user', '--map-root-user', '--mount', '--pid', '--fork', 'bash', '-c', script, '-', ...args],
    {
      encoding: 'utf8',
      timeout: 30_000,
    },
  );
const isolated = unshare('mount -t proc proc /proc').status === 0;

test(
  'the hook of the Spark image tells the executor to hand its blocks on, and waits for its end',
  {
    skip: isolated ? false : 'this machine allows no process namespaces',
  },
  () => {
    assert.match(
      read('docker/spark.Dockerfile'),
      /^COPY --chmod=755 docker\/spark-decommission\.sh \/opt\/decom\.sh$/m,
    );
    const folder = mkdtempSync(path.join(tmpdir(), 'corpusmill-hook-'));
    const { stdout, stderr } = unshare(HOOK_SCENE, folder, at('docker/spark-decommission.sh'));
    rmSync(folder, { recursive: true });
    assert.equal(stdout, 'told\nended 0\n', stderr);
  },
);
