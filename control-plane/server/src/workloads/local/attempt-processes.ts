import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ObjectStorage } from '../../storage/object-storage.js';
import type { LocalWorkload, LogRange, LogSlice, WorkloadRequest, WorkloadStatus } from '../executor.js';
import type { Launcher } from './launcher.js';
import { fileSize, listNames, readJson, readSlice, writeAtomically } from './local-file.js';
import { markerOf, type ProcessEnder } from './process-ender.js';
import { membersOf, type ProcessIdentity, type ProcessTable, residentMb } from './process-table.js';

export interface LocalTools {
  readonly table: ProcessTable;
  readonly ender: ProcessEnder;
  readonly launcher: Launcher;
  readonly storage: ObjectStorage;
}

interface AttemptRecord extends ProcessIdentity {
  readonly cpu: number;
}

/** One process per attempt (docs/contracts/local-process.md). All that it must remember stands on disk. */
export class AttemptProcesses {
  private readonly exits = new Map<string, string>();

  constructor(
    private readonly folder: string,
    private readonly tools: LocalTools,
  ) {}

  /** The workload of an attempt that was started before, by this server or an earlier one; null where none was. */
  async find(request: WorkloadRequest): Promise<LocalWorkload | null> {
    const known = await this.readRecord(request.attemptId);
    if (known !== null) return toWorkload(known);
    const running = this.tools.table.findByArgument(request.specUri);
    return running === null ? null : toWorkload(await this.record(request, running));
  }

  async start(request: WorkloadRequest): Promise<LocalWorkload> {
    const cwd = this.path(request.attemptId);
    await mkdir(cwd, { recursive: true });
    const identity = await this.tools.launcher.launch({
      name: request.attemptId,
      args: ['-m', 'corpusmill_ray', request.specUri],
      cwd,
      logPath: join(cwd, 'log'),
      onExit: (exit) => this.exits.set(request.attemptId, exit),
    });
    return toWorkload(await this.record(request, identity));
  }

  async observe(request: WorkloadRequest, limitMb: number): Promise<WorkloadStatus> {
    const { attemptId } = request;
    const leader = await this.find(request);
    const exit = this.exits.get(attemptId) ?? null;
    const isKilled = (await readJson(this.path(attemptId, 'memory.json'))) !== null;
    const reason = isKilled ? 'memory' : 'ended';
    if (leader === null) return { state: 'gone', reason, exit };
    const processes = this.tools.table.snapshot();
    if (!this.tools.table.isAlive(leader, processes)) {
      const rest = this.tools.ender.end(attemptId, leader);
      return rest === 'gone' ? { state: 'gone', reason, exit } : { state: 'running' };
    }
    const used = residentMb(membersOf(leader, markerOf(attemptId), processes), limitMb);
    if (used > limitMb) await this.killForMemory(attemptId, leader, used);
    return { state: 'running' };
  }

  /** Ends what runs of an attempt, whoever asked for it. */
  async end(attemptId: string): Promise<'stopping' | 'gone'> {
    return this.tools.ender.end(attemptId, await this.readRecord(attemptId));
  }

  async stop(request: WorkloadRequest): Promise<'stopping' | 'gone'> {
    return this.tools.ender.end(request.attemptId, await this.find(request));
  }

  async readLog(attemptId: string, range: LogRange): Promise<LogSlice> {
    const path = this.path(attemptId, 'log');
    return readSlice(path, { start: 0, end: await fileSize(path) }, range);
  }

  async keepLog(attemptId: string, uri: string): Promise<void> {
    const path = this.path(attemptId, 'log');
    if ((await fileSize(path)) > 0) await this.tools.storage.putFile(uri, path);
  }

  async release(attemptId: string): Promise<void> {
    this.exits.delete(attemptId);
    await rm(this.path(attemptId), { recursive: true, force: true });
  }

  /** Attempts of which something is left here. */
  names(): Promise<readonly string[]> {
    return listNames(this.folder);
  }

  /** Cores of the attempts that run now. */
  async busyCpus(): Promise<number> {
    let busy = 0;
    for (const attemptId of await this.names()) {
      const record = await this.readRecord(attemptId);
      if (record !== null && this.tools.table.isAlive(record)) busy += record.cpu;
    }
    return busy;
  }

  /** Asks every running attempt to end; true once none runs. */
  async endAll(): Promise<boolean> {
    const outcomes = (await this.names()).map((attemptId) => this.end(attemptId));
    return (await Promise.all(outcomes)).every((outcome) => outcome === 'gone');
  }

  private async killForMemory(attemptId: string, leader: ProcessIdentity, usedMb: number): Promise<void> {
    await writeAtomically(
      this.path(attemptId, 'memory.json'),
      JSON.stringify({ usedMb: Math.round(usedMb) }),
    );
    this.tools.ender.kill(attemptId, leader);
  }

  private async record(
    request: WorkloadRequest,
    { pid, pidStartTime }: ProcessIdentity,
  ): Promise<AttemptRecord> {
    const record = { pid, pidStartTime, cpu: request.sizing.cpu };
    await mkdir(this.path(request.attemptId), { recursive: true });
    await writeAtomically(this.path(request.attemptId, 'workload.json'), JSON.stringify(record));
    return record;
  }

  private readRecord(attemptId: string): Promise<AttemptRecord | null> {
    return readJson<AttemptRecord>(this.path(attemptId, 'workload.json'));
  }

  private path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }
}

function toWorkload({ pid, pidStartTime }: ProcessIdentity): LocalWorkload {
  return { kind: 'process', host: hostname(), pid, pidStartTime };
}
