import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat, or what `ps -o lstart=` prints where there is no /proc. */
  readonly startTime: string;
}

/** When the process started; null where there is no such process (a zombie counts as none). */
function findStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return process.platform === 'linux' ? null : findStartTimeWithPs(pid);
  }
}

/** The running process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: findStartTime(process.pid) ?? '' };
}

/** Whether exactly this process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return findStartTime(identity.pid) === identity.startTime;
}

function findStartTimeWithPs(pid: number): string | null {
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() || null
    );
  } catch {
    return null;
  }
}
