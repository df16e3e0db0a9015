import type { Logger } from 'pino';
import { within } from '../../common/deadline.js';
import type { KubernetesConfig } from '../../config/kubernetes-config.js';
import {
  ApiError,
  describeError,
  KubernetesQuotaExceeded,
  KubernetesUnavailable,
  toCorpusmillError,
  WorkloadNameCollision,
} from '../../kubernetes/api-error.js';
import type { Cluster } from '../../kubernetes/cluster.js';
import type { KubeObject, Pod } from '../../kubernetes/objects.js';
import type { ObjectStorage } from '../../storage/object-storage.js';
import type {
  ClusterWorkload,
  Executor,
  FindEnded,
  LogRange,
  LogSlice,
  WaitingStatus,
  WorkloadHandle,
  WorkloadRequest,
  WorkloadStatus,
} from '../executor.js';
import {
  AttemptObjectFinder,
  type AttemptObjects,
  type Engine,
  isDeleting,
  isOwn,
} from './attempt-object.js';
import { DriverRefusals } from './driver-refusals.js';
import { ATTEMPT_LABEL } from './labels.js';
import { isDriver, isEnded, podFault } from './pod-reasons.js';
import { PodLogs } from './pod-logs.js';
import { Warnings } from './warnings.js';

/** After the API server did not answer, nothing is asked of it for so long. */
const PAUSE_MS = 2000;
/** After a quota was reached, nothing new is tried for so long. */
const FULL_MS = 5000;

/** A store that takes longer than this is not waited for where a workload is to be ended. */
const STORE_MS = 5000;

export interface KubernetesExecutorParts {
  readonly config: KubernetesConfig;
  readonly cluster: Cluster;
  readonly storage: ObjectStorage;
  readonly logger: Logger;
  /** Between the request to end and the kill of a pod. */
  readonly killGraceSeconds: number;
  /** All logs of an attempt are read within so long. */
  readonly allLogsMs?: number;
}

/**
 * Runs each attempt as one SparkApplication or RayJob. Copies of the cluster's objects tell when to look; before
 * anything is created, deleted or taken for gone, the API server itself is asked.
 */
export class KubernetesExecutor implements Executor {
  readonly name = 'kubernetes';
  private readonly finder: AttemptObjectFinder;
  private readonly logs: PodLogs;
  private readonly warnings: Warnings;
  private readonly refusals: DriverRefusals;
  private pausedUntil = 0;
  private fullUntil = 0;

  constructor(private readonly parts: KubernetesExecutorParts) {
    const { cluster, config } = parts;
    this.finder = new AttemptObjectFinder(cluster, config);
    this.logs = new PodLogs(cluster.pods.client, parts.allLogsMs);
    this.warnings = new Warnings(cluster.events);
    this.refusals = new DriverRefusals(cluster.pods.client);
  }

  start(): void {
    this.parts.cluster.start();
  }

  /** null also while the API server does not answer: whether it made the object is found out by asking for it. */
  async submit(request: WorkloadRequest): Promise<ClusterWorkload | null> {
    if (this.isPaused || performance.now() < this.fullUntil) return null;
    try {
      return await this.findOrCreate(request);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.waitOrThrow(request, error);
    }
  }

  async observe(request: WorkloadRequest): Promise<WorkloadStatus> {
    const cached = this.finder.cached(request);
    if (cached.object === null) return this.confirmGone(request);
    const status = this.statusOf(request, cached);
    if (status.state === 'waiting') return this.explained(request, status);
    if (status.state === 'running' && status.starved !== undefined) return this.starved(request, cached.pods);
    return status.state === 'gone' ? this.confirmGone(request) : status;
  }

  async stop(request: WorkloadRequest): Promise<'stopping' | 'gone'> {
    try {
      return await this.end(request);
    } catch (error) {
      throw meaningOf(error);
    }
  }

  async readLog(handle: WorkloadHandle, range: LogRange): Promise<LogSlice> {
    try {
      return await this.logs.slice(this.finder.cached(handle).pods, range);
    } catch (error) {
      throw meaningOf(error);
    }
  }

  /** Without the right to see pods there is no log to keep: the attempt ends all the same. */
  async keepLog(request: WorkloadRequest): Promise<void> {
    try {
      await this.keepLogOf(request, await this.finder.livePods(request.attemptId));
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isMissingRight) throw error;
      this.warn(request.attemptId, error, 'the log is not kept');
    }
  }

  /** What cannot be deleted now is left to the sweep: the attempt is over. */
  async release(request: WorkloadRequest): Promise<void> {
    try {
      const object = await this.finder.liveObject(request);
      if (object !== null && !isDeleting(object))
        await this.deleteObject(this.finder.engineOf(request), object);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.pause(request, error);
    }
  }

  /** Rows are written before workloads are: what no row tells of was never wanted, or is not any more. */
  async sweep(findEnded: FindEnded): Promise<void> {
    if (this.isPaused || this.parts.cluster.findCopyFault() !== null) return;
    const pods = this.parts.cluster.pods.copy.list();
    const attemptIds = new Set([
      ...this.finder.engines.flatMap(({ watched }) =>
        watched.copy.list().map(({ metadata }) => metadata.name),
      ),
      ...pods.map(({ metadata }) => metadata.labels[ATTEMPT_LABEL] ?? ''),
    ]);
    const ended = await findEnded([...attemptIds]);
    for (const engine of this.finder.engines) {
      const orphans = engine.watched.copy.list().filter((object) => ended.has(object.metadata.name));
      for (const orphan of orphans.filter((object) => !isDeleting(object))) {
        this.parts.logger.warn(
          { kind: engine.kind, name: orphan.metadata.name },
          'workload of an ended attempt removed',
        );
        await this.trySweep(orphan, () => this.deleteObject(engine, orphan));
      }
    }
    for (const pod of pods.filter((one) => this.isOrphan(one, ended)))
      await this.trySweep(pod, () => this.deletePods([pod]));
  }

  /** One object that cannot be deleted now does not keep the others. */
  private async trySweep({ metadata: { name } }: KubeObject, remove: () => Promise<void>): Promise<void> {
    try {
      await remove();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.warn(name, error, 'cannot be removed now; trying again');
    }
  }

  async findFault(): Promise<string | null> {
    return this.parts.cluster.findFault();
  }

  async shutdown(mode: 'idle' | 'all'): Promise<void> {
    if (mode === 'all') await this.sweep(async (attemptIds) => new Set(attemptIds));
    await this.parts.cluster.stop();
  }

  /** The object first: pods that cannot be seen do not keep it. */
  private async end(request: WorkloadRequest): Promise<'stopping' | 'gone'> {
    const object = await this.finder.liveObject(request);
    if (object !== null && !isDeleting(object)) {
      await this.tryKeepLog(request);
      await this.deleteObject(this.finder.engineOf(request), object);
      return 'stopping';
    }
    const pods = await this.finder.livePods(request.attemptId);
    await this.deletePods(pods);
    return pods.length === 0 ? 'gone' : 'stopping';
  }

  /** What may pass by itself costs the attempt nothing: it waits. */
  private waitOrThrow(request: WorkloadRequest, error: ApiError): null {
    const meaning = toCorpusmillError(error);
    if (meaning instanceof KubernetesQuotaExceeded) this.fullUntil = performance.now() + FULL_MS;
    else if (meaning instanceof KubernetesUnavailable) this.pausedUntil = performance.now() + PAUSE_MS;
    else throw meaning;
    this.parts.logger.warn(
      { attemptId: request.attemptId, reason: meaning.message },
      'no workload now; trying again',
    );
    return null;
  }

  private async findOrCreate(request: WorkloadRequest): Promise<ClusterWorkload | null> {
    const engine = this.finder.engineOf(request);
    const { client } = engine.watched;
    const before = await client.find(request.attemptId);
    if (before !== null) return this.adopt(request, before);
    try {
      return this.toWorkload(engine, await client.create(engine.build(request, this.parts.config)));
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isConflict) throw error;
      const other = await client.find(request.attemptId);
      return other === null ? null : this.adopt(request, other);
    }
  }

  /** One that is being deleted is adopted as well: this attempt has had its workload. Throws WorkloadNameCollision. */
  private adopt(request: WorkloadRequest, object: KubeObject): ClusterWorkload {
    const engine = this.finder.engineOf(request);
    if (isOwn(object, request)) return this.toWorkload(engine, object);
    throw new WorkloadNameCollision(engine.kind, object.metadata.name, this.parts.config.namespace);
  }

  private toWorkload({ kind }: Engine, { metadata }: KubeObject): ClusterWorkload {
    return { kind, namespace: this.parts.config.namespace, name: metadata.name, uid: metadata.uid };
  }

  private statusOf(request: WorkloadRequest, { object, pods }: AttemptObjects): WorkloadStatus {
    const engine = this.finder.engineOf(request);
    if (object !== null) return engine.status(object, pods);
    if (pods.some((pod) => !isEnded(pod))) return { state: 'running' };
    return { state: 'gone', reason: 'ended', exit: `the ${engine.kind} was deleted` };
  }

  /** The copy may be old, or have missed something: only the API server can say that a workload is gone. */
  private async confirmGone(request: WorkloadRequest): Promise<WorkloadStatus> {
    if (this.isPaused) return { state: 'unknown' };
    try {
      const found = await this.finder.live(request);
      if (found.object === null) await this.deletePods(found.pods);
      return this.statusOf(request, found);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.pause(request, error);
      return error.isMissingRight
        ? { state: 'waiting', hold: 'none', reason: describeError(error) }
        : { state: 'unknown' };
    }
  }

  private async explained(request: WorkloadRequest, status: WaitingStatus): Promise<WorkloadStatus> {
    const { cluster } = this.parts;
    if (cluster.findOutage() !== null) return { state: 'unknown' };
    if (status.reason !== null || status.hold !== 'none') return status;
    const reason = (await this.warnings.find(request.attemptId)) ?? cluster.findMissingRules();
    return { ...status, reason };
  }

  /** Why nothing works for a driver: its executors' pods say it, else what it was refused, else an event. */
  private async starved(request: WorkloadRequest, pods: readonly Pod[]): Promise<WorkloadStatus> {
    if (this.parts.cluster.findCopyFault() !== null) return { state: 'unknown' };
    const driver = pods.find(isDriver);
    const reason =
      podFault(pods.filter((pod) => !isDriver(pod))) ??
      (driver === undefined ? null : await this.refusals.find(driver)) ??
      (await this.warnings.find(request.attemptId));
    return { state: 'running', starved: reason };
  }

  private async keepLogOf({ logUri }: WorkloadRequest, pods: readonly Pod[]): Promise<void> {
    const text = await this.logs.collect(pods);
    if (text.length > 0) await this.parts.storage.put(logUri, text);
  }

  /** What ends a workload does not wait for its log: pods and stores that do not answer lose it. */
  private async tryKeepLog(request: WorkloadRequest): Promise<void> {
    try {
      const pods = await this.finder
        .livePods(request.attemptId)
        .catch(() => this.finder.cached(request).pods);
      const text = await this.logs.collect(pods);
      if (text.length > 0) await within(STORE_MS, this.parts.storage.put(request.logUri, text));
    } catch (error) {
      const reason = describeError(error);
      this.parts.logger.warn({ name: request.attemptId, reason }, 'the log is not kept before the end');
    }
  }

  private deleteObject({ watched }: Engine, { metadata }: KubeObject): Promise<void> {
    return watched.client.delete(metadata.name, { uid: metadata.uid });
  }

  private async deletePods(pods: readonly Pod[]): Promise<void> {
    const { client } = this.parts.cluster.pods;
    const gracePeriodSeconds = Math.ceil(this.parts.killGraceSeconds);
    for (const pod of pods.filter((one) => !isDeleting(one))) {
      await client.delete(pod.metadata.name, { uid: pod.metadata.uid, gracePeriodSeconds });
    }
  }

  /** Pods go with their owner; only those that have none are ours to remove. */
  private isOrphan(pod: Pod, ended: ReadonlySet<string>): boolean {
    const attemptId = pod.metadata.labels[ATTEMPT_LABEL] ?? '';
    if (!ended.has(attemptId)) return false;
    return this.finder.engines.every(({ watched }) => watched.copy.get(attemptId) === undefined);
  }

  private get isPaused(): boolean {
    return performance.now() < this.pausedUntil;
  }

  /** A right that is missing is no reason to ask nothing: everything else is answered. */
  private pause({ attemptId }: WorkloadHandle, error: ApiError): void {
    if (!error.isMissingRight) this.pausedUntil = performance.now() + PAUSE_MS;
    this.warn(attemptId, error, 'the API server did not do what was asked; trying again');
  }

  private warn(name: string, error: ApiError, what: string): void {
    this.parts.logger.warn({ name, reason: describeError(error) }, what);
  }
}

function meaningOf(error: unknown): unknown {
  return error instanceof ApiError ? toCorpusmillError(error) : error;
}
