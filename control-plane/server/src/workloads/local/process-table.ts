import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** One process of this machine. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** Tells processes with the same pid apart: field 22 of /proc/PID/stat, or `ps -o lstart=`. */
  readonly startTime: string;
  readonly residentKb: number;
  readonly isZombie: boolean;
}

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly pidStartTime: string;
}

export type Processes = ReadonlyMap<number, ProcessInfo>;

const HAS_PROC = existsSync('/proc/self/stat');
/** A snapshot serves all questions of one reconciler round. */
const SNAPSHOT_MS = 200;

/** What runs on this machine, from /proc where there is one, else from ps. */
export class ProcessTable {
  private taken: { readonly at: number; readonly processes: Processes } | null = null;

  snapshot(): Processes {
    const now = performance.now();
    if (this.taken !== null && now - this.taken.at < SNAPSHOT_MS) return this.taken.processes;
    return this.fresh();
  }

  /** Not from memory: for right before and after a side effect. */
  fresh(): Processes {
    const processes = HAS_PROC ? readProc() : readPs();
    this.taken = { at: performance.now(), processes };
    return processes;
  }

  isAlive(identity: ProcessIdentity, processes: Processes = this.snapshot()): boolean {
    const found = processes.get(identity.pid);
    return found !== undefined && !found.isZombie && found.startTime === identity.pidStartTime;
  }

  /** Start time of a process; null where there is none. */
  findStartTime(pid: number): string | null {
    return this.fresh().get(pid)?.startTime ?? null;
  }

  /** The leader of the process whose arguments have `argument` among them; null where none does. */
  findByArgument(argument: string): ProcessIdentity | null {
    const processes = this.fresh();
    const matching = [...processes.values()].filter(
      (process) => !process.isZombie && argumentsOf(process.pid).includes(argument),
    );
    const leader = matching.find((process) => process.groupId === process.pid) ?? matching[0];
    return leader === undefined ? null : { pid: leader.pid, pidStartTime: leader.startTime };
  }
}

/**
 * The living processes that belong to a workload: its session and process group, all their descendants
 * (Python workers of Spark make groups of their own), and all that carry its marker in their environment.
 */
export function membersOf(
  leader: ProcessIdentity | null,
  marker: string,
  processes: Processes,
): ProcessInfo[] {
  const members = new Set<number>();
  const namesake = leader === null ? undefined : processes.get(leader.pid);
  const isReused = namesake !== undefined && namesake.startTime !== leader?.pidStartTime;
  for (const process of processes.values()) {
    const isOfLeader = leader !== null && !isReused && isIn(process, leader.pid);
    if (isOfLeader || hasMarker(process.pid, marker)) members.add(process.pid);
  }
  addDescendants(members, processes);
  members.delete(process.pid);
  return [...members].map((pid) => processes.get(pid)!).filter((member) => !member.isZombie);
}

function isIn(process: ProcessInfo, leaderPid: number): boolean {
  return process.pid === leaderPid || process.sessionId === leaderPid || process.groupId === leaderPid;
}

function addDescendants(members: Set<number>, processes: Processes): void {
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const process of processes.values()) {
      if (members.has(process.parentPid) && process.parentPid > 1) members.add(process.pid);
    }
  }
}

/** MiB of a set of processes. Where the plain sum is over `limitMb`, shared pages are counted once. */
export function residentMb(members: readonly ProcessInfo[], limitMb: number): number {
  const plain = members.reduce((sum, member) => sum + member.residentKb, 0) / 1024;
  if (plain <= limitMb || !HAS_PROC) return plain;
  return members.reduce((sum, member) => sum + (proportionalKb(member.pid) ?? member.residentKb), 0) / 1024;
}

function proportionalKb(pid: number): number | null {
  const text = readText(`/proc/${pid}/smaps_rollup`);
  const kb = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  return kb === undefined ? null : Number(kb);
}

function hasMarker(pid: number, marker: string): boolean {
  return HAS_PROC && readText(`/proc/${pid}/environ`).split('\0').includes(marker);
}

function argumentsOf(pid: number): readonly string[] {
  if (HAS_PROC) return readText(`/proc/${pid}/cmdline`).split('\0');
  return runPs(['-o', 'args=', '-p', String(pid)])
    .trim()
    .split(' ');
}

function readProc(): Processes {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.map((pid) => parseProcStat(readText(`/proc/${pid}/stat`), pageKb()));
  return new Map(found.filter((info) => info !== null).map((info) => [info.pid, info]));
}

/** Parses /proc/PID/stat (proc(5)); the command name in parentheses may hold anything. null for no such process. */
export function parseProcStat(text: string, pageSizeKb: number): ProcessInfo | null {
  const close = text.lastIndexOf(')');
  if (close < 0) return null;
  const fields = text.slice(close + 2).split(' ');
  return {
    pid: Number.parseInt(text, 10),
    isZombie: fields[0] === 'Z' || fields[0] === 'X',
    parentPid: Number(fields[1]),
    groupId: Number(fields[2]),
    sessionId: Number(fields[3]),
    startTime: String(fields[19]),
    residentKb: Number(fields[21]) * pageSizeKb,
  };
}

function readPs(): Processes {
  const lines = runPs(['-axo', 'pid=,ppid=,pgid=,sess=,rss=,stat=,lstart=']).split('\n');
  const found = lines.map(parsePsLine).filter((info) => info !== null);
  return new Map(found.map((info) => [info.pid, info]));
}

/** Parses a line of `ps -axo pid=,ppid=,pgid=,sess=,rss=,stat=,lstart=`; null for an empty one. */
export function parsePsLine(line: string): ProcessInfo | null {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
  if (match === null) return null;
  const [, pid, parent, group, session, resident, stat, startTime] = match;
  return {
    pid: Number(pid),
    parentPid: Number(parent),
    groupId: Number(group),
    sessionId: Number.parseInt(session!, 10) || 0,
    residentKb: Number(resident),
    isZombie: stat!.startsWith('Z'),
    startTime: startTime!,
  };
}

let knownPageKb: number | null = null;

function pageKb(): number {
  knownPageKb ??= Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })) / 1024;
  return knownPageKb;
}

function runPs(args: readonly string[]): string {
  try {
    return execFileSync('ps', args, { encoding: 'utf8' });
  } catch {
    return ''; // ps ends with 1 where no process matches
  }
}

/** '' where the process is gone or not ours to read. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
