import type { KubernetesConfig } from '../../config/kubernetes-config.js';
import { engineOf } from '../../contracts/stage.js';
import type { Cluster, Watched } from '../../kubernetes/cluster.js';
import type { KubeObject, Pod, RayJob, SparkApplication } from '../../kubernetes/objects.js';
import type { ClusterWorkload, WorkloadHandle, WorkloadRequest, WorkloadStatus } from '../executor.js';
import { ATTEMPT_UID_ANNOTATION, selectorOf } from './labels.js';
import { buildRayJob } from './ray-job.manifest.js';
import { rayStatus } from './ray-status.js';
import { buildSparkApplication } from './spark-application.manifest.js';
import { sparkStatus } from './spark-status.js';

/** The custom resource of an attempt with its pods: null where there is none, or somebody else's. */
export interface AttemptObjects {
  readonly object: KubeObject | null;
  readonly pods: readonly Pod[];
}

/** What differs between the two kinds of custom resource. */
export interface Engine {
  readonly kind: ClusterWorkload['kind'];
  readonly watched: Watched<KubeObject>;
  readonly build: (request: WorkloadRequest, config: KubernetesConfig) => object;
  readonly status: (object: KubeObject, pods: readonly Pod[]) => WorkloadStatus;
}

/** Finds what belongs to attempts, in the copies or at the API server itself. */
export class AttemptObjectFinder {
  private readonly spark: Engine;
  private readonly ray: Engine;

  constructor(
    private readonly cluster: Cluster,
    private readonly config: KubernetesConfig,
  ) {
    this.spark = {
      kind: 'SparkApplication',
      watched: cluster.sparkApplications as unknown as Watched<KubeObject>,
      build: buildSparkApplication,
      status: (object, pods) => sparkStatus(object as SparkApplication, pods),
    };
    this.ray = {
      kind: 'RayJob',
      watched: cluster.rayJobs as unknown as Watched<KubeObject>,
      build: buildRayJob,
      status: (object, pods) => rayStatus(object as RayJob, pods),
    };
  }

  get engines(): readonly Engine[] {
    return [this.spark, this.ray];
  }

  engineOf({ stage }: WorkloadHandle): Engine {
    return engineOf(stage) === 'ray' ? this.ray : this.spark;
  }

  /** As last heard. */
  cached(handle: WorkloadHandle): AttemptObjects {
    const object = this.engineOf(handle).watched.copy.get(handle.attemptId) ?? null;
    return {
      object: object !== null && isOwn(object, handle) ? object : null,
      pods: this.cluster.pods.copy.group(handle.attemptId),
    };
  }

  /** As it is now; throws ApiError. */
  async live(handle: WorkloadHandle): Promise<AttemptObjects> {
    const [object, pods] = await Promise.all([this.liveObject(handle), this.livePods(handle.attemptId)]);
    return { object, pods };
  }

  /** null where there is none, or somebody else's; throws ApiError. */
  async liveObject(handle: WorkloadHandle): Promise<KubeObject | null> {
    const object = await this.engineOf(handle).watched.client.find(handle.attemptId);
    return object !== null && isOwn(object, handle) ? object : null;
  }

  async livePods(attemptId: string): Promise<readonly Pod[]> {
    const labelSelector = selectorOf(this.config, attemptId);
    return (await this.cluster.pods.client.list({ labelSelector })).items;
  }
}

/** Only the mark makes it the attempt's; once its uid is known, only that object will do. */
export function isOwn({ metadata }: KubeObject, { mark, known }: WorkloadHandle): boolean {
  if (metadata.annotations[ATTEMPT_UID_ANNOTATION] !== mark) return false;
  return known === null || !('uid' in known) || known.uid === metadata.uid;
}

export function isDeleting({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}
