import { CorpusmillError, DatabaseUnavailable } from '../../common/errors.js';
import type { JobProblem } from '../../contracts/contracts.js';
import type { ProblemRecord } from '../problem-record.js';
import { messageOf } from '../../common/error-code.js';
import { LeaseLost } from '../../database/lease.js';
import { StorageUnavailable } from '../../storage/storage.errors.js';

export function fromJobProblem({ code, message, retryable, details }: JobProblem): ProblemRecord {
  return { code, message, retryable, details };
}

/** Whether an error says nothing of the attempt that it met: the next look at it, by whichever server, tells. */
export function isPassing(error: unknown): boolean {
  return [StorageUnavailable, DatabaseUnavailable, LeaseLost].some((passing) => error instanceof passing);
}

/** An error of ours while starting or harvesting an attempt. */
export function fromError(error: unknown): ProblemRecord {
  if (error instanceof CorpusmillError) {
    return { code: error.code, message: error.message, retryable: error.retryable, details: error.details };
  }
  const message = messageOf(error);
  return { code: 'JOB_FAILED', message, retryable: true, details: {} };
}

/** Code of attempts that do not count as tries. */
export const PREEMPTED = 'WORKLOAD_PREEMPTED';

/** A queue suspended a workload that had begun: what it held is gone, and a new attempt queues again. */
export function preempted(): ProblemRecord {
  const message = 'the queue suspended the workload after it had begun; a new attempt waits for its turn';
  return { code: PREEMPTED, message, retryable: true, details: {} };
}

/** A workload that made no claim in time, with what the executor says of it. */
export function notStarted(seconds: number, reason: string | null): ProblemRecord {
  const why = reason === null ? '; see its log' : `: ${reason}`;
  const message = `the workload did not begin within ${seconds} s${why}`;
  return { code: 'WORKLOAD_NOT_STARTED', message, retryable: true, details: { reason } };
}

export interface Disappearance {
  readonly reason: 'ended' | 'memory';
  readonly exit: string | null;
  readonly memoryMb: number;
  /** Seconds without progress, where that was the reason to end it. */
  readonly silentSeconds: number | null;
  readonly wasClaimed: boolean;
}

/** Why a workload is gone that left neither a manifest nor a problem. */
export function fromDisappearance(gone: Disappearance): ProblemRecord {
  const details = { exit: gone.exit };
  const how = gone.exit === null ? '' : ` (${gone.exit})`;
  if (gone.reason === 'memory') return outOfMemory({ ...gone, told: null });
  if (gone.silentSeconds !== null) {
    return silent(gone.silentSeconds, null);
  }
  const when = gone.wasClaimed ? 'while it worked' : 'before it made its claim';
  return {
    code: 'WORKLOAD_LOST',
    message: `the workload ended ${when}${how}; see its log`,
    retryable: true,
    details,
  };
}

/** A workload, or a part of it, that the kernel ended for its memory; `told`: what the job itself made of it. */
export function outOfMemory(killed: {
  readonly exit: string | null;
  readonly memoryMb: number;
  readonly told: string | null;
}): ProblemRecord {
  const how = killed.exit === null ? '' : ` (${killed.exit})`;
  const message = `the workload used more than its ${killed.memoryMb} MiB${how}; raise resources.memoryMb or lower cpu`;
  const details = { exit: killed.exit, ...(killed.told !== null && { problem: killed.told }) };
  return { code: 'MEMORY_EXCEEDED', message, retryable: true, details };
}

/** A workload without progress for too long, with what the executor says of it. */
export function silent(seconds: number, reason: string | null): ProblemRecord {
  const why = reason === null ? '' : ` (${reason})`;
  const message = `no progress for ${seconds} s${why}; the workload was ended, see its log`;
  return { code: 'WORKLOAD_SILENT', message, retryable: true, details: { reason } };
}

export function damagedVersion(manifestUri: string, reason: string): ProblemRecord {
  const message = `${manifestUri} cannot be used: ${reason}; delete its folder, then retry the run`;
  return { code: 'INPUT_CORRUPT', message, retryable: false, details: { manifestUri, reason } };
}
