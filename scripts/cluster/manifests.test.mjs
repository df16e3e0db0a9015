// k8s/ against a real API server: every object is valid there, and rights and pod rules hold.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';

import { at } from '../lib/paths.mjs';
import { JOBS_NAMESPACE, SERVER_NAMESPACE, kubectl, objects, tryKubectl, until } from './lib/kubectl.mjs';

const DRY_RUN = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
const SERVER = `system:serviceaccount:${SERVER_NAMESPACE}:corpusmill-control-plane`;
const DRIVER = `system:serviceaccount:${JOBS_NAMESPACE}:corpusmill-spark`;
const JOB = `system:serviceaccount:${JOBS_NAMESPACE}:corpusmill-job`;

for (const overlay of readdirSync(at('k8s/overlays'))) {
  test(`the API server takes every object of overlay ${overlay}, strictly`, () => {
    // The template of a Job that is there cannot change.
    kubectl(['delete', 'job', 'migrate', '--namespace', SERVER_NAMESPACE, '--ignore-not-found']);
    const applied = kubectl([...DRY_RUN, '--kustomize', at('k8s/overlays', overlay)]);
    assert.ok(applied.trim().split('\n').length >= 20);
  });
}

const POD_MONITORS = 'podmonitors.monitoring.coreos.com';
test('the API server takes the PodMonitor, strictly', async () => {
  const isOurs = tryKubectl(['get', 'crd', POD_MONITORS]).status !== 0;
  if (isOurs) kubectl(['apply', '--server-side', '--filename', at('scripts/cluster/pod-monitor-crd.yaml')]);
  try {
    kubectl(['wait', '--for=condition=Established', '--timeout=60s', `crd/${POD_MONITORS}`]);
    // Its kind is served a moment after that.
    await until('the kind PodMonitor', 60, () => tryKubectl(['get', 'podmonitors', '-A']).status === 0);
    kubectl([...DRY_RUN, '--filename', at('k8s/components/pod-monitor/pod-monitor.yaml')]);
  } finally {
    if (isOurs) kubectl(['delete', 'crd', POD_MONITORS]);
  }
});

test('what is deployed are both namespaces with two ready replicas behind a disruption budget', () => {
  const [budget] = objects(SERVER_NAMESPACE, 'poddisruptionbudgets');
  assert.equal(budget.status.currentHealthy, 2);
  assert.equal(budget.status.disruptionsAllowed, 1);
  const quota = objects(JOBS_NAMESPACE, 'resourcequotas')[0];
  assert.ok('count/sparkapplications.sparkoperator.k8s.io' in quota.status.hard);
});

/** `resource` may name a part, as `pods/log`; kubectl takes what follows a slash for an object's name. */
function can(who, verb, resource, namespace) {
  const [whole, part] = resource.split('/');
  const ofPart = part ? [`--subresource=${part}`] : [];
  const asked = ['auth', 'can-i', verb, whole, ...ofPart, '--as', who, '--namespace', namespace];
  return tryKubectl(asked).stdout.trim() === 'yes';
}

test('the control plane may do its work in the namespace of the jobs, and nothing with Secrets or inside pods', () => {
  for (const verb of ['get', 'list', 'watch', 'create', 'delete'])
    for (const resource of ['sparkapplications.sparkoperator.k8s.io', 'rayjobs.ray.io'])
      assert.ok(can(SERVER, verb, resource, JOBS_NAMESPACE), `${verb} ${resource}`);
  assert.ok(can(SERVER, 'get', 'pods/log', JOBS_NAMESPACE));
  for (const namespace of [JOBS_NAMESPACE, SERVER_NAMESPACE, 'default'])
    for (const [verb, resource] of [
      ['list', 'secrets'],
      ['get', 'secrets'],
      ['create', 'pods/exec'],
      ['create', 'pods'],
      ['create', 'rolebindings.rbac.authorization.k8s.io'],
    ])
      assert.ok(!can(SERVER, verb, resource, namespace), `${verb} ${resource} in ${namespace}`);
  assert.ok(!can(SERVER, 'get', 'pods', JOBS_NAMESPACE));
  assert.ok(!can(SERVER, 'get', 'pods', SERVER_NAMESPACE));
});

test('drivers may make pods in their namespace only; executors and Ray pods may do nothing', () => {
  assert.ok(can(DRIVER, 'create', 'pods', JOBS_NAMESPACE));
  assert.ok(!can(DRIVER, 'get', 'secrets', JOBS_NAMESPACE));
  assert.ok(!can(DRIVER, 'get', 'pods', SERVER_NAMESPACE));
  assert.ok(!can(JOB, 'get', 'pods', JOBS_NAMESPACE));
});

test('pods that ask for more than Pod Security restricted are refused in both namespaces', () => {
  for (const namespace of [SERVER_NAMESPACE, JOBS_NAMESPACE]) {
    const args = ['run', 'greedy', '--image=x', '--privileged', '--dry-run=server', '--namespace', namespace];
    const { status, stderr } = tryKubectl(args);
    assert.equal(status, 1);
    assert.match(stderr, /violates PodSecurity "restricted/);
  }
});
