import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { LocalExecutorConfig } from '../../config/config.js';
import { WorkloadStartFailed } from '../workloads.errors.js';
import { MARKER_VARIABLE } from './process-ender.js';
import type { ProcessIdentity, ProcessTable } from './process-table.js';

export interface Launch {
  /** Marks all processes of the workload. */
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logPath: string;
  readonly onExit: (exit: string) => void;
}

/** Starts Python programs in sessions of their own, so that they outlive this server. */
export class Launcher {
  constructor(
    private readonly config: LocalExecutorConfig,
    private readonly table: ProcessTable,
  ) {}

  /** Throws WorkloadStartFailed where the program cannot be started. */
  async launch(launch: Launch): Promise<ProcessIdentity> {
    const log = await open(launch.logPath, 'a');
    try {
      const pid = await this.spawn(launch, log.fd);
      return { pid, pidStartTime: this.table.findStartTime(pid) ?? 'gone' };
    } finally {
      await log.close();
    }
  }

  private spawn(launch: Launch, logFd: number): Promise<number> {
    const child = spawn(this.config.python, launch.args, {
      cwd: launch.cwd,
      detached: true,
      stdio: ['ignore', logFd, logFd],
      env: { ...this.environment(), [MARKER_VARIABLE]: launch.name },
    });
    child.once('exit', (code, signal) =>
      launch.onExit(signal === null ? `exit status ${code}` : `signal ${signal}`),
    );
    child.unref();
    return new Promise((resolve, reject) => {
      child.once('spawn', () => resolve(child.pid!));
      child.once('error', (error) => reject(new WorkloadStartFailed(this.config.python, error)));
    });
  }

  private environment(): Record<string, string> {
    return {
      ...this.config.environment,
      CORPUSMILL_JOBS_JAR: this.config.jobsJar,
      CORPUSMILL_S3_JARS: this.config.s3Jars,
      PYSPARK_PYTHON: this.config.python,
      PYSPARK_DRIVER_PYTHON: this.config.python,
      PYTHONUNBUFFERED: '1',
      SPARK_LOCAL_IP: '127.0.0.1',
    };
  }
}
