import { CorpusmillError } from '../../common/errors.js';
import type { JobProblem } from '../../contracts/contracts.js';
import type { ProblemRecord } from '../problem-record.js';
import { messageOf } from '../../common/error-code.js';

export function fromJobProblem({ code, message, retryable, details }: JobProblem): ProblemRecord {
  return { code, message, retryable, details };
}

/** An error of ours while starting or harvesting an attempt. */
export function fromError(error: unknown): ProblemRecord {
  if (error instanceof CorpusmillError) {
    return { code: error.code, message: error.message, retryable: error.retryable, details: error.details };
  }
  const message = messageOf(error);
  return { code: 'JOB_FAILED', message, retryable: true, details: {} };
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
  if (gone.reason === 'memory') {
    const message = `the workload used more than its ${gone.memoryMb} MiB; raise resources.memoryMb or lower cpu`;
    return { code: 'MEMORY_EXCEEDED', message, retryable: true, details };
  }
  if (gone.silentSeconds !== null) {
    const message = `no progress for ${gone.silentSeconds} s; the workload was ended, see its log`;
    return { code: 'WORKLOAD_SILENT', message, retryable: true, details };
  }
  const when = gone.wasClaimed ? 'while it worked' : 'before it made its claim';
  const how = gone.exit === null ? '' : ` (${gone.exit})`;
  return {
    code: 'WORKLOAD_LOST',
    message: `the workload ended ${when}${how}; see its log`,
    retryable: true,
    details,
  };
}

export function damagedVersion(manifestUri: string, reason: string): ProblemRecord {
  const message = `${manifestUri} cannot be used: ${reason}; delete its folder, then retry the run`;
  return { code: 'INPUT_CORRUPT', message, retryable: false, details: { manifestUri, reason } };
}
