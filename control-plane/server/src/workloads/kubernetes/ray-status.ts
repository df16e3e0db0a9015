import type { Pod, RayJob } from '../../kubernetes/objects.js';
import type { WorkloadStatus } from '../executor.js';
import { holderOf } from './labels.js';
import { isEnded, isOutOfMemory, join, memoryFault, podFault, shorten } from './pod-reasons.js';

const SUSPENDED: ReadonlySet<string> = new Set(['Suspending', 'Suspended']);
/** ValidationFailed as well: the operator never looks at such a job again. */
const TERMINAL: ReadonlySet<string> = new Set(['Complete', 'Failed', 'ValidationFailed']);

/** How a job is: `Complete` is no success, and a job without a status is one that no operator has seen. */
export function rayStatus(job: RayJob, pods: readonly Pod[]): WorkloadStatus {
  const { jobDeploymentStatus } = job.status;
  if (TERMINAL.has(jobDeploymentStatus)) return ended(job, pods);
  if (job.metadata.deletionTimestamp !== undefined && pods.every(isEnded)) {
    return { state: 'gone', reason: 'ended', exit: 'the RayJob was deleted' };
  }
  return jobDeploymentStatus === 'Running' ? { state: 'running' } : waiting(job, pods);
}

function ended({ status }: RayJob, pods: readonly Pod[]): WorkloadStatus {
  const why = memoryFault(pods) ?? podFault(pods.filter(isBroken)) ?? join(status.reason, status.message);
  return {
    state: 'gone',
    reason: pods.some(isOutOfMemory) ? 'memory' : 'ended',
    exit: shorten(`${join(status.jobDeploymentStatus, status.jobStatus)} ${why}`),
  };
}

function waiting({ metadata, spec, status }: RayJob, pods: readonly Pod[]): WorkloadStatus {
  const isHeld = spec.suspend || SUSPENDED.has(status.jobDeploymentStatus);
  const fault = podFault(pods) ?? (status.message === '' ? null : shorten(status.message));
  return { state: 'waiting', hold: isHeld ? holderOf(metadata) : 'none', reason: fault };
}

/** Pods of an ended cluster are told to end as well: what that looks like is no reason. */
function isBroken(pod: Pod): boolean {
  return (
    isOutOfMemory(pod) || (pod.status.phase === 'Failed' && pod.metadata.deletionTimestamp === undefined)
  );
}
