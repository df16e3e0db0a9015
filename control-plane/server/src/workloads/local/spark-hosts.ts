import { hostname } from 'node:os';
import { join } from 'node:path';
import type { LocalExecutorConfig } from '../../config/config.js';
import { randomToken } from '../../common/ids.js';
import type { LogRange, LogSlice, LocalWorkload, WorkloadRequest, WorkloadStatus } from '../executor.js';
import type { LocalTools } from './attempt-processes.js';
import { listNames } from './local-file.js';
import { markerOf } from './process-ender.js';
import { membersOf, residentMb } from './process-table.js';
import { SparkHost } from './spark-host.js';

/** Idle hosts of other sizes are ended before memory of more than this part of the machine is promised. */
const MEMORY_FRACTION = 0.9;

const WAITING: WorkloadStatus = { state: 'waiting', hold: 'none', reason: null };

/** The pool of Spark hosts: long-lived processes that take attempts in turn, kept across runs and server restarts. */
export class SparkHosts {
  private readonly exits = new Map<string, string>();

  constructor(
    private readonly folder: string,
    private readonly config: LocalExecutorConfig,
    private readonly tools: LocalTools,
  ) {}

  /** The host that has the attempt; null where none has. A host that is gone gives a waiting attempt back. */
  async find(request: WorkloadRequest): Promise<LocalWorkload | null> {
    const host = await this.hostOf(request.attemptId);
    if (host === null) return null;
    const isOrphan = (await host.place(request.attemptId)) === 'inbox' && !(await host.isAlive());
    if (isOrphan && (await this.mayMove(host, request.attemptId)) && (await host.withdraw(request.attemptId)))
      return null;
    return toWorkload(host);
  }

  /** Hands the attempt to an idle host of its size, or to a new one. */
  async start(request: WorkloadRequest): Promise<LocalWorkload> {
    const host = (await this.findIdle(request)) ?? (await this.launch(request));
    await host.put(request.attemptId, request.specUri);
    return toWorkload(host);
  }

  async observe(request: WorkloadRequest, limitMb: number): Promise<WorkloadStatus> {
    const host = await this.hostOf(request.attemptId);
    const place = host === null ? null : await host.place(request.attemptId);
    if (host === null || place === null || place === 'done')
      return { state: 'gone', reason: 'ended', exit: null };
    if (!(await host.isAlive())) return this.observeDead(host, request);
    if (place === 'inbox') return WAITING;
    const leader = await host.findLeader();
    const used = residentMb(membersOf(leader, markerOf(host.id), this.tools.table.snapshot()), limitMb);
    if (used > limitMb) {
      await host.markMemoryExceeded(used);
      this.tools.ender.kill(host.id, leader);
    }
    return { state: 'running' };
  }

  /** A waiting attempt is taken back; one that runs ends with its host. */
  async stop(request: WorkloadRequest): Promise<'stopping' | 'gone'> {
    const host = await this.hostOf(request.attemptId);
    if (host === null) return 'gone';
    if (await host.withdraw(request.attemptId)) return 'gone';
    if ((await host.place(request.attemptId)) !== 'taken') return 'gone';
    return this.tools.ender.end(host.id, await host.findLeader());
  }

  async readLog(attemptId: string, range: LogRange): Promise<LogSlice> {
    const host = await this.hostOf(attemptId);
    return host === null ? { text: Buffer.alloc(0), nextOffset: 0 } : host.readLog(attemptId, range);
  }

  async keepLog(attemptId: string, uri: string): Promise<void> {
    const host = await this.hostOf(attemptId);
    if (host === null) return;
    const { start, end } = await host.logPart(attemptId);
    if (end > start) await this.tools.storage.putFile(uri, host.logPath, { start, end: end - 1 });
  }

  async release(attemptId: string): Promise<void> {
    const host = await this.hostOf(attemptId);
    if (host === null) return;
    await host.forget(attemptId);
    await this.removeIfDead(host);
  }

  /** Cores of the hosts that have work. */
  async busyCpus(): Promise<number> {
    let busy = 0;
    for (const host of await this.all()) {
      if ((await host.isAlive()) && (await host.unfinished()).length > 0)
        busy += (await host.findLaunch())?.cpu ?? 0;
    }
    return busy;
  }

  /** Asks hosts to end, those with work only in mode `all`; true once none of them is left. */
  async endAll(mode: 'idle' | 'all'): Promise<boolean> {
    let isDone = true;
    for (const host of await this.all()) {
      if (mode === 'idle' && (await host.unfinished()).length > 0) continue;
      const outcome = this.tools.ender.end(host.id, await host.findLeader());
      if (outcome === 'gone') await this.removeIfDead(host);
      else isDone = false;
    }
    return isDone;
  }

  private async observeDead(host: SparkHost, request: WorkloadRequest): Promise<WorkloadStatus> {
    const { attemptId } = request;
    if ((await host.place(attemptId)) === 'inbox' && (await this.mayMove(host, attemptId))) return WAITING;
    if (this.tools.ender.end(host.id, await host.findLeader()) === 'stopping') return { state: 'running' };
    const reason = (await host.hasExceededMemory()) ? 'memory' : 'ended';
    return { state: 'gone', reason, exit: this.exits.get(host.id) ?? null };
  }

  /** An attempt waits on for another host unless its own was started for it: that one would die again. */
  private async mayMove(host: SparkHost, attemptId: string): Promise<boolean> {
    return (await host.hasStopped()) || (await host.findLaunch())?.forAttempt !== attemptId;
  }

  private async findIdle(request: WorkloadRequest): Promise<SparkHost | null> {
    for (const host of await this.all()) {
      const launch = await host.findLaunch();
      const isSameSize = launch?.cpu === request.sizing.cpu && launch.memoryMb === request.sizing.memoryMb;
      const isIdle = isSameSize && (await host.isAlive()) && !(await host.hasStopped());
      if (isIdle && (await host.unfinished()).length === 0) return host;
    }
    return null;
  }

  private async launch(request: WorkloadRequest): Promise<SparkHost> {
    await this.makeRoom(request.sizing.memoryMb);
    const host = this.host(`h-${randomToken().slice(0, 12)}`);
    await host.prepare({
      cpu: request.sizing.cpu,
      memoryMb: request.sizing.memoryMb,
      forAttempt: request.attemptId,
    });
    const idleSeconds = String(this.config.sparkIdleSeconds);
    const sizing = ['--cpus', String(request.sizing.cpu), '--memory-mb', String(request.sizing.memoryMb)];
    const identity = await this.tools.launcher.launch({
      name: host.id,
      args: ['-m', 'corpusmill_extract.host', '--dir', host.folder, ...sizing, '--idle-seconds', idleSeconds],
      cwd: host.folder,
      logPath: host.logPath,
      onExit: (exit) => this.exits.set(host.id, exit),
    });
    await host.recordProcess(identity);
    return host;
  }

  /** Clears dead hosts away, and ends idle ones where their memory and the new one's would be too much together. */
  private async makeRoom(memoryMb: number): Promise<void> {
    let promised = memoryMb;
    for (const host of await this.all()) {
      await this.removeIfDead(host);
      if (!(await host.isAlive())) continue;
      promised += (await host.findLaunch())?.memoryMb ?? 0;
      const isTooMuch = promised > this.config.machineMemoryMb * MEMORY_FRACTION;
      if (isTooMuch && (await host.unfinished()).length === 0)
        this.tools.ender.end(host.id, await host.findLeader());
    }
  }

  private async hostOf(attemptId: string): Promise<SparkHost | null> {
    for (const host of await this.all()) {
      if ((await host.place(attemptId)) !== null) return host;
    }
    return null;
  }

  private async removeIfDead(host: SparkHost): Promise<void> {
    if ((await host.isAlive()) || !(await host.isForgotten())) return;
    this.exits.delete(host.id);
    await host.remove();
  }

  private async all(): Promise<readonly SparkHost[]> {
    return (await listNames(this.folder)).map((id) => this.host(id));
  }

  private host(id: string): SparkHost {
    return new SparkHost(id, join(this.folder, id), this.tools.table);
  }
}

function toWorkload(host: SparkHost): Promise<LocalWorkload> {
  return host.findLeader().then((leader): LocalWorkload => ({
    kind: 'spark-host',
    host: hostname(),
    pid: leader?.pid ?? 0,
    pidStartTime: leader?.pidStartTime ?? '',
    sparkHost: host.id,
  }));
}
