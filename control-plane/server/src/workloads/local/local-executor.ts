import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ServerConfig } from '../../config/config.js';
import { engineOf } from '../../contracts/stage.js';
import type { ObjectStorage } from '../../storage/object-storage.js';
import type {
  Executor,
  FindEnded,
  LocalWorkload,
  LogRange,
  LogSlice,
  WorkloadHandle,
  WorkloadRequest,
  WorkloadStatus,
} from '../executor.js';
import { AttemptProcesses } from './attempt-processes.js';
import { Launcher } from './launcher.js';
import { ProcessEnder } from './process-ender.js';
import { ProcessTable } from './process-table.js';
import { SparkHosts } from './spark-hosts.js';

/** Over its memory by more than this part, a workload is killed. */
const MEMORY_GRACE = 1.25;
const SHUTDOWN_POLL_MS = 100;

/** Runs workloads as processes of this machine: Spark stages in Spark hosts, Ray stages one process each. */
export class LocalExecutor implements Executor {
  readonly name = 'local';
  private submitting: Promise<unknown> = Promise.resolve();

  private readonly attempts: AttemptProcesses;
  private readonly hosts: SparkHosts;

  constructor(
    private readonly config: ServerConfig,
    storage: ObjectStorage,
  ) {
    const work = join(config.home, 'work');
    const table = new ProcessTable();
    const tools = {
      table,
      storage,
      ender: new ProcessEnder(table, config.local.killGraceSeconds * 1000),
      launcher: new Launcher(config.local, table),
    };
    this.attempts = new AttemptProcesses(join(work, 'attempts'), tools);
    this.hosts = new SparkHosts(join(work, 'hosts'), config.local, tools);
  }

  /** One at a time, so that capacity is promised once. */
  submit(request: WorkloadRequest): Promise<LocalWorkload | null> {
    const submitted = this.submitting.then(() => this.submitNow(request));
    this.submitting = submitted.catch(() => undefined);
    return submitted;
  }

  async observe(request: WorkloadRequest): Promise<WorkloadStatus> {
    const status = await this.engine(request).observe(request, request.sizing.memoryMb * MEMORY_GRACE);
    if (status.state === 'waiting') await this.submit(request); // its host may have gone: another one takes it
    return status;
  }

  stop(request: WorkloadRequest): Promise<'stopping' | 'gone'> {
    return this.engine(request).stop(request);
  }

  readLog(request: WorkloadHandle, range: LogRange): Promise<LogSlice> {
    return this.engine(request).readLog(request.attemptId, range);
  }

  keepLog(request: WorkloadRequest): Promise<void> {
    return this.engine(request).keepLog(request.attemptId, request.logUri);
  }

  release(request: WorkloadRequest): Promise<void> {
    return this.engine(request).release(request.attemptId);
  }

  /** Folders of attempts that a crash has left; Spark hosts remove their own. */
  async sweep(findEnded: FindEnded): Promise<void> {
    for (const attemptId of await findEnded(await this.attempts.names())) {
      if ((await this.attempts.end(attemptId)) === 'gone') await this.attempts.release(attemptId);
    }
  }

  /** A missing tool fails the attempt that needs it, with its name. */
  async findFault(): Promise<null> {
    return null;
  }

  /** Waits until they are gone, at most twice the grace period. */
  async shutdown(mode: 'idle' | 'all'): Promise<void> {
    const deadline = performance.now() + this.config.local.killGraceSeconds * 2000;
    while (performance.now() < deadline) {
      const isHostsGone = await this.hosts.endAll(mode);
      const isAttemptsGone = mode === 'idle' || (await this.attempts.endAll());
      if (isHostsGone && isAttemptsGone) return;
      await setTimeout(SHUTDOWN_POLL_MS);
    }
  }

  private async submitNow(request: WorkloadRequest): Promise<LocalWorkload | null> {
    const engine = this.engine(request);
    const known = await engine.find(request);
    if (known !== null) return known;
    return (await this.hasRoom(request.sizing.cpu)) ? engine.start(request) : null;
  }

  /** A workload larger than the machine runs alone. */
  private async hasRoom(cpu: number): Promise<boolean> {
    const busy = (await this.hosts.busyCpus()) + (await this.attempts.busyCpus());
    return busy === 0 || busy + cpu <= this.config.local.cpus;
  }

  private engine(request: WorkloadHandle): AttemptProcesses | SparkHosts {
    return engineOf(request.stage) === 'ray' ? this.attempts : this.hosts;
  }
}
