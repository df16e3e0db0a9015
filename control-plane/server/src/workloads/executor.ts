import type { Stage } from '../contracts/stage.js';

/** How large a workload is. Never part of a version key: bytes do not depend on it. */
export interface WorkloadSizing {
  /** Cores of an executor; of the whole workload where it is one process. */
  readonly cpu: number;
  /** MiB of an executor; of the whole workload where it is one process. */
  readonly memoryMb: number;
  /** Fewest executors or workers; the local executor always has one. */
  readonly minExecutors: number;
  /** Above `minExecutors`: the number of Spark executors follows the work; Ray has so many workers. */
  readonly maxExecutors: number;
  /** GPUs of a Ray worker. */
  readonly gpu: number;
}

/** What an executor needs to know of an attempt. */
export interface WorkloadRequest {
  /** Name of the workload: unique and deterministic. */
  readonly attemptId: string;
  readonly runId: string;
  readonly stage: Stage;
  /** Nobody else can guess it: what carries it belongs to this attempt. */
  readonly mark: string;
  readonly specUri: string;
  /** Where the attempt's log is kept. */
  readonly logUri: string;
  readonly sizing: WorkloadSizing;
  /** What `submit` said, once that was recorded. */
  readonly known: Workload | null;
}

/** Where an attempt's work is done; kept on the attempt for people to read, and to tell its own from others'. */
export type Workload = LocalWorkload | ClusterWorkload;

export interface LocalWorkload {
  readonly kind: 'process' | 'spark-host';
  readonly host: string;
  readonly pid: number;
  readonly pidStartTime: string;
  /** Spark hosts only. */
  readonly sparkHost?: string;
}

export interface ClusterWorkload {
  readonly kind: 'SparkApplication' | 'RayJob';
  readonly namespace: string;
  readonly name: string;
  /** Of the custom resource: another one of the same name is not ours. */
  readonly uid: string;
}

export type WorkloadStatus =
  | WaitingStatus
  | RunningStatus
  /** It cannot be told now: nothing may be concluded. */
  | { readonly state: 'unknown' }
  | { readonly state: 'gone'; readonly reason: 'ended' | 'memory'; readonly exit: string | null };

export interface RunningStatus {
  readonly state: 'running';
  /** Why nothing works for it although it runs itself; absent where something does, null where nobody says. */
  readonly starved?: string | null;
}

/** Not begun, or not any more. */
export interface WaitingStatus {
  readonly state: 'waiting';
  /** Who it waits for: nobody, a queue, or a person who suspended it. Only the first is counted by deadlines. */
  readonly hold: 'none' | 'queue' | 'person';
  readonly reason: string | null;
}

export interface LogSlice {
  readonly text: Buffer;
  /** Offset to ask for next. */
  readonly nextOffset: number;
}

export interface LogRange {
  readonly offset: number;
  readonly limit: number;
}

/** Of the given attempts, those that are over or that nobody knows. */
export type FindEnded = (attemptIds: readonly string[]) => Promise<ReadonlySet<string>>;

/** What reading of a workload needs to know of an attempt. */
export type WorkloadHandle = Omit<WorkloadRequest, 'sizing'>;

/** The port: runs workloads. Every method may be called any number of times, also after a restart. */
export interface Executor {
  readonly name: 'local' | 'kubernetes';
  /** Starts the workload unless it was started before; null where there is no capacity now. */
  submit(request: WorkloadRequest): Promise<Workload | null>;
  observe(request: WorkloadRequest): Promise<WorkloadStatus>;
  /** Ends the workload and all its processes without waiting; ask again until it is gone. */
  stop(request: WorkloadRequest): Promise<'stopping' | 'gone'>;
  readLog(request: WorkloadHandle, range: LogRange): Promise<LogSlice>;
  /** Copies the log to the request's `logUri` in the store. */
  keepLog(request: WorkloadRequest): Promise<void>;
  /** Forgets a workload that is gone. */
  release(request: WorkloadRequest): Promise<void>;
  /** Removes what attempts have left that ended while nobody looked. */
  sweep(findEnded: FindEnded): Promise<void>;
  /** Why no workload can be started or followed now; null where all is well. */
  findFault(): Promise<string | null>;
  /** Ends helpers that do no work; `all` also ends running work. */
  shutdown(mode: 'idle' | 'all'): Promise<void>;
}
