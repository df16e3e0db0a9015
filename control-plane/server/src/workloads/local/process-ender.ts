import { membersOf, type ProcessIdentity, type ProcessTable } from './process-table.js';
import { errorCodeOf } from '../../common/error-code.js';

/** Environment variable that every process of a workload inherits. */
export const MARKER_VARIABLE = 'CORPUSMILL_WORKLOAD';

export function markerOf(name: string): string {
  return `${MARKER_VARIABLE}=${name}`;
}

/** Ends all processes of a workload: SIGTERM, after a grace period SIGKILL, until none is left. */
export class ProcessEnder {
  private readonly askedAt = new Map<string, number>();

  constructor(
    private readonly table: ProcessTable,
    private readonly graceMs: number,
  ) {}

  /** One step towards the end; never waits. */
  end(name: string, leader: ProcessIdentity | null): 'stopping' | 'gone' {
    const members = membersOf(leader, markerOf(name), this.table.fresh());
    if (members.length === 0) {
      this.askedAt.delete(name);
      return 'gone';
    }
    const askedAt = this.askedAt.get(name);
    if (askedAt === undefined) this.askedAt.set(name, performance.now());
    if (askedAt !== undefined && performance.now() - askedAt < this.graceMs) return 'stopping';
    for (const member of members) signal(member.pid, askedAt === undefined ? 'SIGTERM' : 'SIGKILL');
    return 'stopping';
  }

  /** SIGKILL at once. */
  kill(name: string, leader: ProcessIdentity | null): void {
    for (const member of membersOf(leader, markerOf(name), this.table.fresh())) signal(member.pid, 'SIGKILL');
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const isGone = errorCodeOf(error) === 'ESRCH';
    if (!isGone) throw error;
  }
}
