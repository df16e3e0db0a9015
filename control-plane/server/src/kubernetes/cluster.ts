import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { ApiClient } from './api-client.js';
import { Connection } from './connection.js';
import { KubernetesMetrics } from './metrics.js';
import {
  eventSchema,
  type KubeEvent,
  type KubeObject,
  type Pod,
  podSchema,
  type RayJob,
  rayJobSchema,
  type SparkApplication,
  sparkApplicationSchema,
} from './objects.js';
import { Reflector, REFLECTOR_TIMES, type ReflectorTimes } from './reflector.js';
import { Rights } from './rights.js';
import { ResourceClient, type ResourceType } from './resource-client.js';

const SPARK_APPLICATIONS: ResourceType<SparkApplication> = {
  group: 'sparkoperator.k8s.io',
  version: 'v1beta2',
  plural: 'sparkapplications',
  kind: 'SparkApplication',
  schema: sparkApplicationSchema,
};
const RAY_JOBS: ResourceType<RayJob> = {
  group: 'ray.io',
  version: 'v1',
  plural: 'rayjobs',
  kind: 'RayJob',
  schema: rayJobSchema,
};
const PODS: ResourceType<Pod> = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', schema: podSchema };
const EVENTS: ResourceType<KubeEvent> = {
  group: '',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  schema: eventSchema,
};

export interface ClusterParts {
  readonly kubeconfig: string | null;
  readonly namespace: string;
  /** What the reflectors hold copies of. */
  readonly labelSelector: string;
  /** Label by whose value the copies are grouped. */
  readonly groupLabel: string;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Called with each object of ours that came, changed or went. */
  readonly onChanged: (object: KubeObject) => void;
  readonly times?: ReflectorTimes;
  /** Longest wait for a whole answer. */
  readonly answerTimeoutMs?: number;
}

/** A kind of object: the API server's own view, and a copy of what is ours. */
export interface Watched<T extends KubeObject> {
  readonly client: ResourceClient<T>;
  readonly copy: Reflector<T>;
}

/** The cluster as the executor needs it. */
export class Cluster {
  readonly sparkApplications: Watched<SparkApplication>;
  readonly rayJobs: Watched<RayJob>;
  readonly pods: Watched<Pod>;
  readonly events: ResourceClient<KubeEvent>;
  private readonly connection: Connection;
  private readonly api: ApiClient;
  private readonly metrics: KubernetesMetrics;
  private readonly rights = new Rights();

  constructor(private readonly parts: ClusterParts) {
    this.connection = new Connection(parts.kubeconfig);
    this.metrics = new KubernetesMetrics(parts.registry);
    this.api = new ApiClient(
      this.connection,
      { metrics: this.metrics, rights: this.rights },
      parts.answerTimeoutMs,
    );
    this.sparkApplications = this.watched(SPARK_APPLICATIONS);
    this.rayJobs = this.watched(RAY_JOBS);
    this.pods = this.watched(PODS);
    this.events = new ResourceClient(this.api, EVENTS, parts.namespace);
  }

  start(): void {
    for (const { copy } of this.all()) copy.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.all().map(({ copy }) => copy.stop()));
    this.connection.close();
  }

  /** Why the cluster cannot be used now: unreachable, a missing CRD, a missing right; null where all is well. */
  findFault(): string | null {
    const faults = faultsOf(this.all());
    const rules = this.rights.messages().filter((rule) => !faults.some((fault) => fault.includes(rule)));
    return join([...faults, ...rules]);
  }

  /** Why the copies are not to be relied on; null where they are. */
  findCopyFault(): string | null {
    return join(faultsOf(this.all()));
  }

  /** As findCopyFault, for reasons that pass by themselves: a missing right does not. */
  findOutage(): string | null {
    const seen = this.all().filter(
      ({ client }) =>
        !this.rights.isRefused(client.operation('list')) && !this.rights.isRefused(client.operation('watch')),
    );
    return join(faultsOf(seen));
  }

  /** The rules that the server's Role lacks, as far as is known; null where it lacks none. */
  findMissingRules(): string | null {
    return join(this.rights.messages());
  }

  private all(): readonly Watched<KubeObject>[] {
    return [this.sparkApplications, this.rayJobs, this.pods] as unknown as readonly Watched<KubeObject>[];
  }

  private watched<T extends KubeObject>(type: ResourceType<T>): Watched<T> {
    const { namespace, labelSelector, groupLabel, logger, onChanged, times = REFLECTOR_TIMES } = this.parts;
    const client = new ResourceClient(this.api, type, namespace);
    const parts = {
      client,
      options: { labelSelector },
      groupLabel,
      metrics: this.metrics,
      logger,
      onChanged,
      times,
    };
    return { client, copy: new Reflector(parts) };
  }
}

function faultsOf(kinds: readonly Watched<KubeObject>[]): readonly string[] {
  return kinds.flatMap(({ copy }) => copy.findFault() ?? []);
}

function join(faults: readonly string[]): string | null {
  return faults.length === 0 ? null : faults.join('; ');
}
