import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { at } from '../../lib/paths.mjs';
import { JOBS_NAMESPACE, SERVER_NAMESPACE, kubectl, tryKubectl, until } from './kubectl.mjs';
import { OVERLAY, STATE, imageNames, s3Access } from './settings.mjs';

const NAMESPACES = [SERVER_NAMESPACE, JOBS_NAMESPACE];
const START_SECONDS = 240;
/** Namespaces with this label are these tests' own, and theirs to delete. */
const OWN_LABEL = 'corpusmill.dev/test=true';

const secret = (namespace, name, stringData) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  stringData,
});

/** What the tests of one run share: bucket, token, images. */
export const readState = () => JSON.parse(readFileSync(STATE, 'utf8'));

export function writeState() {
  const state = {
    bucket: `corpusmill-test-${Date.now().toString(36)}`,
    token: randomBytes(24).toString('hex'),
    password: randomBytes(12).toString('hex'),
    access: s3Access(),
    images: imageNames(),
  };
  mkdirSync(path.dirname(STATE), { recursive: true });
  writeFileSync(STATE, JSON.stringify(state), { mode: 0o600 });
  return state;
}

function applySecrets(state) {
  const database = `postgres://corpusmill:${state.password}@postgres.${SERVER_NAMESPACE}:5432/corpusmill`;
  const items = [
    secret(SERVER_NAMESPACE, 'corpusmill-postgres', { POSTGRES_PASSWORD: state.password }),
    secret(SERVER_NAMESPACE, 'corpusmill-control-plane', {
      DATABASE_URL: database,
      CORPUSMILL_TOKEN: state.token,
    }),
    ...NAMESPACES.map((namespace) => secret(namespace, 'corpusmill-s3', state.access)),
  ];
  kubectl(
    ['apply', '--server-side', '--force-conflicts', '--filename', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  );
}

/** An overlay over k8s/overlays/local with the test's bucket, images and settings. */
function writeOverlay({ bucket, images }, settings) {
  rmSync(OVERLAY, { recursive: true, force: true });
  mkdirSync(OVERLAY, { recursive: true });
  const values = {
    CORPUSMILL_STORE: `s3://${bucket}/store/`,
    CORPUSMILL_SPARK_IMAGE: `${images.spark.name}:${images.spark.tag}`,
    CORPUSMILL_RAY_IMAGE: `${images.ray.name}:${images.ray.tag}`,
    ...settings,
  };
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [path.relative(OVERLAY, at('k8s/overlays/local'))],
    images: ['control-plane', 'postgres'].map((name) => ({
      name: `localhost/corpusmill/${name}`,
      newName: images[name].name,
      newTag: images[name].tag,
    })),
    configMapGenerator: [
      {
        name: 'control-plane',
        namespace: SERVER_NAMESPACE,
        behavior: 'merge',
        literals: Object.entries(values).map(([name, value]) => `${name}=${value}`),
      },
    ],
  };
  writeFileSync(path.join(OVERLAY, 'kustomization.yaml'), JSON.stringify(kustomization));
}

/** Applies the local overlay with some settings more, and waits until all replicas serve. */
export async function deploy(state, settings = {}) {
  kubectl(['apply', '--server-side', '--filename', at('k8s/base/control-plane/namespace.yaml')]);
  kubectl(['apply', '--server-side', '--filename', at('k8s/base/jobs/namespace.yaml')]);
  kubectl(['label', 'namespace', ...NAMESPACES, OWN_LABEL, '--overwrite']);
  applySecrets(state);
  writeOverlay(state, settings);
  kubectl(['delete', 'job', 'migrate', '--namespace', SERVER_NAMESPACE, '--ignore-not-found']);
  kubectl(['apply', '--server-side', '--force-conflicts', '--kustomize', OVERLAY]);
  await until('the migration', START_SECONDS, () => {
    const { stdout } = tryKubectl([
      'get',
      'job',
      'migrate',
      '--namespace',
      SERVER_NAMESPACE,
      '--output',
      'jsonpath={.status.succeeded}',
    ]);
    return stdout.trim() === '1';
  });
  await until('the control plane', START_SECONDS, isRolledOut);
}

/** All replicas of the newest settings serve, and no other is left. */
function isRolledOut() {
  const { stdout, status } = tryKubectl([
    'get',
    'deployment',
    'control-plane',
    '--namespace',
    SERVER_NAMESPACE,
    '--output',
    'json',
  ]);
  if (status !== 0) return false;
  const { metadata, spec, status: seen } = JSON.parse(stdout);
  const counts = [seen.replicas, seen.updatedReplicas, seen.readyReplicas];
  return seen.observedGeneration === metadata.generation && counts.every((count) => count === spec.replicas);
}

/** The namespaces that are there and were not made by these tests. */
export function foreignNamespaces() {
  const named = (...args) =>
    kubectl(['get', 'namespaces', '--output', 'name', ...args])
      .split('\n')
      .map((line) => line.replace('namespace/', ''));
  const own = named('--selector', OWN_LABEL);
  return named().filter((name) => NAMESPACES.includes(name) && !own.includes(name));
}

/** Removes both namespaces with all that is in them. */
export async function undeploy() {
  kubectl(['delete', 'namespace', ...NAMESPACES, '--ignore-not-found', '--wait=false']);
  await until('the namespaces to be gone', 180, () =>
    NAMESPACES.every((name) => tryKubectl(['get', 'namespace', name]).status !== 0),
  );
}
