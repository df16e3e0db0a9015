import type { Stage } from '../contracts/stage.js';

/** What an executor needs to know of an attempt. */
export interface WorkloadRequest {
  /** Name of the workload: unique and deterministic. */
  readonly attemptId: string;
  readonly stage: Stage;
  readonly specUri: string;
  readonly cpu: number;
  readonly memoryMb: number;
}

/** Where an attempt's work is done; kept on the attempt for people to read. */
export interface Workload {
  readonly kind: 'process' | 'spark-host';
  readonly host: string;
  readonly pid: number;
  readonly pidStartTime: string;
  /** Spark hosts only. */
  readonly sparkHost?: string;
}

export type WorkloadStatus =
  | { readonly state: 'waiting' }
  | { readonly state: 'running'; readonly residentMb: number }
  | { readonly state: 'gone'; readonly reason: 'ended' | 'memory'; readonly exit: string | null };

export interface LogSlice {
  readonly text: Buffer;
  /** Offset to ask for next. */
  readonly nextOffset: number;
}

export interface LogRange {
  readonly offset: number;
  readonly limit: number;
}

/** The port: runs workloads. Every method may be called any number of times, also after a restart. */
export interface Executor {
  readonly name: 'local';
  /** Starts the workload unless it was started before; null where there is no capacity now. */
  submit(request: WorkloadRequest): Promise<Workload | null>;
  observe(request: WorkloadRequest): Promise<WorkloadStatus>;
  /** Ends the workload and all its processes without waiting; ask again until it is gone. */
  stop(request: WorkloadRequest): Promise<'stopping' | 'gone'>;
  readLog(request: WorkloadRequest, range: LogRange): Promise<LogSlice>;
  /** Copies the log to `uri` in the store. */
  keepLog(request: WorkloadRequest, uri: string): Promise<void>;
  /** Forgets a workload that is gone. */
  release(request: WorkloadRequest): Promise<void>;
  /** Ends helpers that do no work; `all` also ends running work. */
  shutdown(mode: 'idle' | 'all'): Promise<void>;
}
