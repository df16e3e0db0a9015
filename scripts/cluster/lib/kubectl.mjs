import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks at the cluster: kubectl costs a tenth of a second of CPU. */
export const POLL_MILLISECONDS = 1000;
const CALL_TIMEOUT_MILLISECONDS = 120_000;
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** Namespaces of k8s/base. */
export const SERVER_NAMESPACE = 'corpusmill';
export const JOBS_NAMESPACE = 'corpusmill-jobs';

/** Runs kubectl: { status, stdout, stderr }. */
export function tryKubectl(args, input) {
  return spawnSync('kubectl', args, {
    encoding: 'utf8',
    input,
    maxBuffer: OUTPUT_BYTES,
    timeout: CALL_TIMEOUT_MILLISECONDS,
  });
}

/** Runs kubectl and returns its output; throws with what it says where it fails. */
export function kubectl(args, input) {
  const { status, stdout, stderr } = tryKubectl(args, input);
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')} ended with status ${status}: ${stderr}`);
  return stdout;
}

/** The objects that `kubectl get` finds in a namespace. */
export const objects = (namespace, ...args) =>
  JSON.parse(kubectl(['get', '--namespace', namespace, '--output', 'json', ...args])).items;

/** The custom resources of a run, or of all runs. */
export const workloadsOf = (runId) =>
  objects(JOBS_NAMESPACE, 'sparkapplications,rayjobs', ...selectorOf(runId));

/** The pods of a run, or of all runs. */
export const podsOf = (runId) => objects(JOBS_NAMESPACE, 'pods', ...selectorOf(runId));

const selectorOf = (runId) =>
  runId
    ? ['--selector', `corpusmill.dev/run-id=${runId}`]
    : ['--selector', 'app.kubernetes.io/managed-by=corpusmill'];

/** Looks until `look` finds something, and returns it; throws where it finds nothing in `seconds`. */
export async function until(what, seconds, look) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await sleep(POLL_MILLISECONDS);
  }
}
