// k8s/ without a cluster: every file is reached, pods are as Pod Security `restricted` asks, rights are the least.
// The cluster tests (scripts/cluster) apply the same trees to a real API server.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { parse, parseAllDocuments } from 'yaml';

import { ROOT, at } from './paths.mjs';

const filesBelow = (folder) =>
  readdirSync(at(folder)).flatMap((name) => {
    const file = path.posix.join(folder, name);
    return statSync(at(file)).isDirectory() ? filesBelow(file) : [file];
  });
const FILES = filesBelow('k8s').filter((file) => /\.(ya?ml|env)$/.test(file));
const KUSTOMIZATIONS = FILES.filter((file) => file.endsWith('/kustomization.yaml'));
const documentsOf = (file) =>
  parseAllDocuments(readFileSync(at(file), 'utf8')).map((document) => document.toJS());
const OBJECTS = FILES.filter(
  (file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'),
).flatMap((file) => documentsOf(file).map((object) => ({ file, object })));
const ofKind = (...kinds) => OBJECTS.filter(({ object }) => kinds.includes(object.kind));
const podSpecs = () =>
  ofKind('Deployment', 'StatefulSet', 'Job')
    .filter(({ file }) => !file.includes('production'))
    .map(({ file, object }) => ({ file, spec: object.spec.template.spec }));

/** Every file that a kustomization names, itself included. */
function reachedBy(file) {
  const folder = path.posix.dirname(file);
  const value = parse(readFileSync(at(file), 'utf8'));
  const named = [
    ...(value.resources ?? []),
    ...(value.components ?? []),
    ...(value.patches ?? []).map((patch) => patch.path),
    ...(value.configMapGenerator ?? []).flatMap((generator) => generator.envs ?? []),
  ].map((name) => path.posix.join(folder, name));
  return [
    file,
    ...named.map((name) =>
      existsSync(at(name, 'kustomization.yaml')) ? `${name}/kustomization.yaml` : name,
    ),
  ];
}

test('every file of k8s/ belongs to a kustomization, and every named file is there', () => {
  const reached = new Set(KUSTOMIZATIONS.flatMap(reachedBy));
  assert.deepEqual(
    FILES.filter((file) => !reached.has(file)),
    [],
  );
  assert.deepEqual(
    [...reached].filter((file) => !existsSync(at(file))),
    [],
  );
});

const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
for (const overlay of readdirSync(at('k8s/overlays'))) {
  test(`overlay ${overlay} builds`, { skip: hasKubectl ? false : 'kubectl is not installed' }, () => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', `k8s/overlays/${overlay}`], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    const objects = parseAllDocuments(stdout).map((document) => document.toJS());
    assert.ok(objects.every(({ metadata }) => metadata.labels['app.kubernetes.io/part-of'] === 'corpusmill'));
    const images = objects
      .flatMap(({ spec }) => spec?.template?.spec?.containers ?? [])
      .map(({ image }) => image);
    assert.ok(images.length >= 2);
    for (const image of images) assert.match(image, /^[\w.-]+\/.*[:@](?!latest$)[\w.:-]+$/);
  });
}

test('both namespaces enforce Pod Security restricted', () => {
  const namespaces = ofKind('Namespace').map(({ object }) => object);
  assert.deepEqual(namespaces.map(({ metadata }) => metadata.name).toSorted(), [
    'corpusmill',
    'corpusmill-jobs',
  ]);
  for (const { metadata } of namespaces)
    assert.equal(metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted');
});

test('every pod runs as a fixed user, without rights, on a read-only root, with limits', () => {
  assert.equal(podSpecs().length, 3);
  for (const { file, spec } of podSpecs()) {
    assert.equal(spec.securityContext.runAsNonRoot, true, file);
    assert.ok(spec.securityContext.runAsUser > 0, file);
    assert.equal(spec.securityContext.seccompProfile.type, 'RuntimeDefault', file);
    assert.equal(spec.enableServiceLinks, false, file);
    for (const container of spec.containers) {
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.ok(container.resources.requests.memory && container.resources.limits.memory, file);
    }
  }
});

const FORBIDDEN = new Set(['*', 'secrets', 'pods/exec', 'pods/attach', 'impersonate', 'escalate', 'bind']);

test('no role reads Secrets, runs commands in pods, or holds a wildcard; none is of the whole cluster', () => {
  assert.equal(ofKind('ClusterRole', 'ClusterRoleBinding').length, 0);
  for (const { file, object } of ofKind('Role'))
    for (const rule of object.rules) {
      const words = [...rule.apiGroups, ...rule.resources, ...rule.verbs];
      assert.deepEqual(
        words.filter((word) => FORBIDDEN.has(word)),
        [],
        file,
      );
    }
});

test('the role of the control plane is the one that docs/operations/kubernetes.md names', () => {
  const text = readFileSync(at('docs/operations/kubernetes.md'), 'utf8');
  const documented = parse(/```yaml\n(rules:\n[\s\S]*?)```/.exec(text)[1]);
  const role = ofKind('Role').find(({ file }) => file.endsWith('control-plane-role.yaml'));
  assert.deepEqual(role.object.rules, documented.rules);
});

/** Settings of an overlay's config.env. */
const settingsOf = (overlay) =>
  Object.fromEntries(
    readFileSync(at('k8s/overlays', overlay, 'config.env'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  );
const MIB_OF = { Gi: 1024, Mi: 1 };
const mebibytes = (quantity) => parseInt(quantity, 10) * MIB_OF[quantity.slice(-2)];
const largestContainer = ofKind('LimitRange')[0].object.spec.limits[0].max;

for (const [overlay, file] of [
  ['local', 'overlays/local/small-quota.yaml'],
  ['production', 'base/jobs/limits.yaml'],
])
  test(`what overlay ${overlay} lets a stage ask for fits its quota and the largest container`, () => {
    const { hard } = ofKind('ResourceQuota').find((one) => one.file === `k8s/${file}`).object.spec;
    const settings = settingsOf(overlay);
    const most = (name) => Number(settings[`CORPUSMILL_KUBERNETES_MAX_${name}`]);
    const requested = Number(settings.CORPUSMILL_KUBERNETES_CPU_REQUEST ?? 1);
    assert.ok(most('TOTAL_CPU') * requested <= Number(hard['requests.cpu']));
    assert.ok(most('TOTAL_MEMORY_MB') <= mebibytes(hard['requests.memory']));
    assert.ok(most('CPU') <= Number(largestContainer.cpu));
    assert.ok(most('MEMORY_MB') <= mebibytes(largestContainer.memory));
  });

test('both namespaces deny all traffic by default, and no policy opens Ray or Spark to other namespaces', () => {
  const policies = ofKind('NetworkPolicy');
  const denying = policies.filter(({ object }) => object.metadata.name === 'default-deny');
  assert.deepEqual(
    denying.map(({ object }) => object.spec),
    [
      { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    ],
  );
  const jobs = policies.filter(({ file }) => file.startsWith('k8s/base/jobs/'));
  const peers = jobs.flatMap(({ object }) => (object.spec.ingress ?? []).flatMap((rule) => rule.from));
  const foreign = peers.filter((peer) => peer.namespaceSelector || peer.ipBlock);
  assert.deepEqual(
    foreign.map((peer) => peer.podSelector.matchLabels),
    [{ 'app.kubernetes.io/name': 'kuberay-operator' }],
  );
});

test('no Secret and nothing that looks like one stands in the tree', () => {
  assert.equal(ofKind('Secret').length, 0);
  for (const file of FILES)
    assert.doesNotMatch(
      readFileSync(at(file), 'utf8'),
      /(?:password|secret_access_key|token)\s*[:=]\s*\S{12,}/i,
      file,
    );
});
