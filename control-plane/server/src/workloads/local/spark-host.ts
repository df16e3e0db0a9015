import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRange, LogSlice } from '../executor.js';
import { fileSize, listNames, readJson, readSlice, tryRename, writeAtomically } from './local-file.js';
import type { ProcessIdentity, ProcessTable } from './process-table.js';

/** What we write when we start a host. */
export interface HostLaunch {
  readonly cpu: number;
  readonly memoryMb: number;
  /** The attempt that it was started for. */
  readonly forAttempt: string;
}

interface HostState extends ProcessIdentity {
  readonly state: 'starting' | 'idle' | 'busy' | 'stopped';
}

interface AttemptRecord {
  readonly state: 'running' | 'done';
  readonly logStart: number;
  readonly logEnd: number | null;
}

/** Where an attempt stands in a host. */
export type Place = 'inbox' | 'taken' | 'done';

/** The folder of one Spark host (docs/contracts/spark-host.md). Holds no state of its own. */
export class SparkHost {
  constructor(
    readonly id: string,
    readonly folder: string,
    private readonly table: ProcessTable,
  ) {}

  get logPath(): string {
    return this.path('host.log');
  }

  /** Makes the folder; a folder without a process is nothing yet. */
  async prepare(launch: HostLaunch): Promise<void> {
    await Promise.all(FOLDERS.map((name) => mkdir(this.path(name), { recursive: true })));
    await writeAtomically(this.path('launch.json'), JSON.stringify(launch));
  }

  async recordProcess({ pid, pidStartTime }: ProcessIdentity): Promise<void> {
    await writeAtomically(this.path('process.json'), JSON.stringify({ pid, pidStartTime }));
  }

  findLaunch(): Promise<HostLaunch | null> {
    return readJson<HostLaunch>(this.path('launch.json'));
  }

  /** The host's process, dead or alive: as we recorded it, as it says itself, or as it is found running. */
  async findLeader(): Promise<ProcessIdentity | null> {
    const recorded = await readJson<ProcessIdentity>(this.path('process.json'));
    if (recorded !== null) return recorded;
    return (await this.findState()) ?? this.table.findByArgument(this.folder);
  }

  async isAlive(): Promise<boolean> {
    const leader = await this.findLeader();
    return leader !== null && this.table.isAlive(leader);
  }

  /** True where the host said goodbye, rather than being killed or crashing. */
  async hasStopped(): Promise<boolean> {
    return (await this.findState())?.state === 'stopped';
  }

  /** The inbox is read before `taken`: an entry that moves meanwhile is seen in one of them. */
  async place(attemptId: string): Promise<Place | null> {
    if ((await this.findRecord(attemptId))?.state === 'done') return 'done';
    if ((await listNames(this.path('inbox'))).includes(attemptId)) return 'inbox';
    if ((await listNames(this.path('taken'))).includes(attemptId)) return 'taken';
    return (await this.findRecord(attemptId)) === null ? null : 'taken';
  }

  /** Ids of attempts that wait or run here. */
  async unfinished(): Promise<readonly string[]> {
    const ids = [...(await listNames(this.path('inbox'))), ...(await listNames(this.path('taken')))];
    const places = await Promise.all(ids.map((id) => this.place(id)));
    return ids.filter((_id, index) => places[index] !== 'done' && places[index] !== null);
  }

  /** True where nothing is left that anybody may still ask for. */
  async isForgotten(): Promise<boolean> {
    const kept = await Promise.all(['inbox', 'taken', 'attempts'].map((name) => listNames(this.path(name))));
    return kept.every((names) => names.length === 0);
  }

  async put(attemptId: string, specUri: string): Promise<void> {
    const aside = this.path(`put-${attemptId}`);
    await writeFile(aside, `${specUri}\n`);
    await tryRename(aside, this.path('inbox', attemptId));
  }

  /** Takes a waiting attempt back; false where the host was first. */
  withdraw(attemptId: string): Promise<boolean> {
    return tryRename(this.path('inbox', attemptId), this.path('withdrawn', attemptId));
  }

  /** The attempt's part of the host's log; the whole of it where a dead host never began the attempt. */
  async readLog(attemptId: string, range: LogRange): Promise<LogSlice> {
    return readSlice(this.logPath, await this.logPart(attemptId), range);
  }

  async logPart(attemptId: string): Promise<{ start: number; end: number }> {
    const size = await fileSize(this.logPath);
    const record = await this.findRecord(attemptId);
    if (record !== null)
      return { start: Math.min(record.logStart, size), end: Math.min(record.logEnd ?? size, size) };
    return { start: 0, end: (await this.isAlive()) ? 0 : size };
  }

  async forget(attemptId: string): Promise<void> {
    const paths = [
      ...FOLDERS.map((name) => this.path(name, attemptId)),
      this.path('attempts', `${attemptId}.json`),
    ];
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Remembers that we killed the host for its memory. */
  async markMemoryExceeded(usedMb: number): Promise<void> {
    await writeAtomically(this.path('memory.json'), JSON.stringify({ usedMb: Math.round(usedMb) }));
  }

  async hasExceededMemory(): Promise<boolean> {
    return (await readJson(this.path('memory.json'))) !== null;
  }

  private findState(): Promise<HostState | null> {
    return readJson<HostState>(this.path('host.json'));
  }

  private findRecord(attemptId: string): Promise<AttemptRecord | null> {
    return readJson<AttemptRecord>(this.path('attempts', `${attemptId}.json`));
  }

  private path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }
}

const FOLDERS = ['inbox', 'taken', 'attempts', 'withdrawn'] as const;
