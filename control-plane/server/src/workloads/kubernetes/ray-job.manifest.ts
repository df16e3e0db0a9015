import type { KubernetesConfig } from '../../config/kubernetes-config.js';
import { DRIVER_CPU, SUBMITTER } from '../../config/workload-sizes.js';
import type { WorkloadRequest } from '../executor.js';
import { labelsOf, metadataOf } from './labels.js';
import { containerParts, podParts, resourcesOf, spotAffinity, tolerationsOf } from './pod.manifest.js';

export const RAY_VERSION = '2.60.0';
const SUBMITTER_TRIES = 2;
/** Results of tasks are a few kilobytes each; Ray's own minimum is 75 MiB. */
const OBJECT_STORE_BYTES = 100 * 1024 * 1024;
const SHARED_MEMORY = { name: 'shared-memory', path: '/dev/shm', sizeLimit: '128Mi' } as const;
/** Pods of an ended job stay so long for whoever reads their logs; the server deletes them sooner. */
const KEPT_SECONDS = 600;

/** RayJob v1 of an attempt at a Ray stage. Pure: the same attempt gives the same object. */
export function buildRayJob(request: WorkloadRequest, config: KubernetesConfig) {
  return {
    apiVersion: 'ray.io/v1',
    kind: 'RayJob',
    metadata: metadataOf(request, config),
    spec: {
      entrypoint: `python -m corpusmill_ray ${request.specUri}`,
      jobId: request.attemptId,
      submissionMode: 'K8sJobMode',
      shutdownAfterJobFinishes: true,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      // A new try is a new attempt with its own object; the submitter alone may be tried again.
      backoffLimit: 0,
      submitterConfig: { backoffLimit: SUBMITTER_TRIES },
      submitterPodTemplate: submitter(request, config),
      rayClusterSpec: cluster(request, config),
      ...(config.queue !== null && { suspend: true }),
    },
  };
}

function cluster(request: WorkloadRequest, config: KubernetesConfig) {
  const { maxExecutors } = request.sizing;
  return {
    rayVersion: RAY_VERSION,
    headGroupSpec: head(request, config),
    workerGroupSpecs: [
      {
        groupName: 'workers',
        // A fixed number: KubeRay's autoscaler is a sidecar that would need rights, ports and a security context.
        replicas: maxExecutors,
        minReplicas: maxExecutors,
        maxReplicas: maxExecutors,
        ...workers(request, config),
      },
    ],
  };
}

/** The head takes no tasks: it runs the job's own process, and what it needs does not grow with the data. */
function head(request: WorkloadRequest, config: KubernetesConfig) {
  const size = { cpu: DRIVER_CPU, memoryMb: config.driverMemoryMb, gpu: 0 };
  return {
    rayStartParams: { 'dashboard-host': '0.0.0.0', 'num-cpus': '0', ...objectStore() },
    template: rayPod(request, config, {
      name: 'ray-head',
      image: config.images.ray,
      size,
      placement: { tolerations: [] },
    }),
  };
}

function workers(request: WorkloadRequest, config: KubernetesConfig) {
  const { cpu, memoryMb, gpu } = request.sizing;
  return {
    rayStartParams: { 'num-cpus': String(cpu), 'num-gpus': String(gpu), ...objectStore() },
    template: rayPod(request, config, {
      name: 'ray-worker',
      image: gpu > 0 ? config.images.rayGpu : config.images.ray,
      size: { cpu, memoryMb, gpu },
      placement: { tolerations: tolerationsOf(config, gpu), ...spotAffinity(config) },
    }),
  };
}

function objectStore() {
  return { 'object-store-memory': String(OBJECT_STORE_BYTES) };
}

interface RayPod {
  readonly name: 'ray-head' | 'ray-worker';
  readonly image: string;
  readonly size: { readonly cpu: number; readonly memoryMb: number; readonly gpu: number };
  /** Where it may run, and would rather. */
  readonly placement: { readonly tolerations: readonly object[]; readonly affinity?: object };
}

function rayPod(request: WorkloadRequest, config: KubernetesConfig, pod: RayPod) {
  const parts = containerParts(config);
  const common = podParts(config);
  return {
    metadata: { labels: labelsOf(request, config, pod.name) },
    spec: {
      ...common,
      serviceAccountName: config.serviceAccounts.job,
      automountServiceAccountToken: false,
      ...pod.placement,
      containers: [
        {
          ...parts,
          name: pod.name,
          image: pod.image,
          imagePullPolicy: config.images.pullPolicy,
          env: [...parts.env, { name: 'RAY_USAGE_STATS_ENABLED', value: '0' }],
          resources: resourcesOf(config, pod.size),
          volumeMounts: [...parts.volumeMounts, { name: SHARED_MEMORY.name, mountPath: SHARED_MEMORY.path }],
        },
      ],
      volumes: [
        ...common.volumes,
        {
          name: SHARED_MEMORY.name,
          emptyDir: { medium: 'Memory', sizeLimit: SHARED_MEMORY.sizeLimit },
        },
      ],
    },
  };
}

function submitter(request: WorkloadRequest, config: KubernetesConfig) {
  return {
    metadata: { labels: labelsOf(request, config, 'ray-submitter') },
    spec: {
      ...podParts(config),
      serviceAccountName: config.serviceAccounts.job,
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      containers: [
        {
          ...containerParts(config),
          name: 'ray-job-submitter',
          image: config.images.ray,
          imagePullPolicy: config.images.pullPolicy,
          resources: resourcesOf(config, SUBMITTER),
        },
      ],
    },
  };
}
