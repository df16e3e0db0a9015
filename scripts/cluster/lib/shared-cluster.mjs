// What only the single-node test cluster lets a test do: stop its API server and its operators.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { at } from '../../lib/paths.mjs';

const SCRIPT = at('../shared/cluster/cluster');
const IS_SHARED = /\/corpusmill-cluster\/run\/admin\.kubeconfig$/;

/** The script of the test cluster where KUBECONFIG is of it; null elsewhere. */
export function sharedCluster(environment = process.env) {
  return IS_SHARED.test(environment.KUBECONFIG ?? '') && existsSync(SCRIPT) ? SCRIPT : null;
}

const processId = (name) =>
  Number(readFileSync(path.join(path.dirname(process.env.KUBECONFIG), 'pids', name), 'utf8'));

/** Kills the API server, leaves it away for so long, and starts what is down again. */
export async function restartApiServer({ downMilliseconds }) {
  process.kill(processId('apiserver'), 'SIGKILL');
  await sleep(downMilliseconds);
  const { status, stderr } = spawnSync(sharedCluster(), ['up'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the cluster did not come up again: ${stderr}`);
}

/** Stops the Spark operator's process where it stands; returns what lets it go on. */
export function pauseSparkOperator() {
  const id = processId('spark-operator');
  process.kill(id, 'SIGSTOP');
  return () => process.kill(id, 'SIGCONT');
}
