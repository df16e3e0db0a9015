import type { Pod, SparkApplication } from '../../kubernetes/objects.js';
import type { WorkloadStatus } from '../executor.js';
import { holderOf } from './labels.js';
import {
  isDriver,
  isEnded,
  isOutOfMemory,
  join,
  memoryFault,
  podFault,
  shorten,
  submissionFault,
} from './pod-reasons.js';

const SUSPENDED: ReadonlySet<string> = new Set(['SUSPENDING', 'SUSPENDED', 'RESUMING']);
/** With `restartPolicy: Never` nothing comes after these. */
const TERMINAL: ReadonlySet<string> = new Set(['COMPLETED', 'FAILED', 'SUBMISSION_FAILED']);

/**
 * How an application is. Its driver's pod goes before its own state, which lags behind, and is wrong where the
 * operator was restarted while it submitted: it then finds its own driver and calls that a failure.
 */
export function sparkStatus(application: SparkApplication, pods: readonly Pod[]): WorkloadStatus {
  // First: the driver's pod ends when its application is suspended, and that is not the application's end.
  if (isHeld(application)) return { state: 'waiting', hold: holderOf(application.metadata), reason: null };
  const driver = pods.find(isDriver);
  if (driver === undefined) return withoutDriver(application, pods);
  if (isEnded(driver)) return driverEnded(driver, pods);
  if (driver.status.phase === 'Running') return running(pods);
  return { state: 'waiting', hold: 'none', reason: podFault(pods) };
}

/** A driver does nothing without executors, but goes on telling that it lives. */
function running(pods: readonly Pod[]): WorkloadStatus {
  const executors = pods.filter((pod) => !isDriver(pod));
  if (executors.some((pod) => pod.status.phase === 'Running')) return { state: 'running' };
  return { state: 'running', starved: podFault(executors) };
}

function isHeld({ spec, status }: SparkApplication): boolean {
  const { state } = status.applicationState;
  return !TERMINAL.has(state) && (spec.suspend || SUSPENDED.has(state));
}

function withoutDriver({ metadata, status }: SparkApplication, pods: readonly Pod[]): WorkloadStatus {
  const { state, errorMessage } = status.applicationState;
  if (metadata.deletionTimestamp !== undefined) return gone('the SparkApplication was deleted');
  if (TERMINAL.has(state) && pods.some(isOutOfMemory)) return outOfMemory(memoryFault(pods) ?? state);
  if (TERMINAL.has(state)) return gone(join(state, submissionFault(errorMessage)));
  return { state: 'waiting', hold: 'none', reason: podFault(pods) };
}

function gone(exit: string): WorkloadStatus {
  return { state: 'gone', reason: 'ended', exit: shorten(exit) };
}

function outOfMemory(exit: string): WorkloadStatus {
  return { state: 'gone', reason: 'memory', exit };
}

/** Recipes size executors only: who reads that a driver was too small must know what sizes it. */
function driverEnded(driver: Pod, pods: readonly Pod[]): WorkloadStatus {
  const killed = memoryFault([driver]);
  if (killed !== null) return outOfMemory(`${killed}; CORPUSMILL_KUBERNETES_DRIVER_MEMORY_MB is its size`);
  const starving = memoryFault(pods);
  if (starving !== null) return outOfMemory(starving);
  return { state: 'gone', reason: 'ended', exit: podFault([driver]) ?? `driver ${driver.status.phase}` };
}
