import { z } from 'zod';
import { kubernetesEnv } from './kubernetes-env.js';

export interface SizingLimits {
  readonly cpu: number;
  readonly memoryMb: number;
  readonly executors: number;
  readonly gpu: number;
}

/** Of all pods of one stage together; null: no limit. */
export interface TotalLimits {
  readonly totalCpu: number | null;
  readonly totalMemoryMb: number | null;
}

/** What the Kubernetes executor needs; null in the server's configuration where work runs on this machine. */
export interface KubernetesConfig {
  /** File that says where the API server is; null: as kubectl finds it, in a pod by its service account. */
  readonly kubeconfig: string | null;
  readonly namespace: string;
  readonly instance: string;
  readonly images: {
    readonly spark: string;
    readonly ray: string;
    readonly rayGpu: string;
    readonly pullPolicy: 'IfNotPresent' | 'Always' | 'Never';
  };
  readonly serviceAccounts: { readonly spark: string; readonly job: string };
  readonly storeSecret: string | null;
  /** Claim of a file:// store, with the path at which it is mounted. */
  readonly storeVolume: { readonly claim: string; readonly path: string } | null;
  readonly queue: string | null;
  readonly spotTaint: string | null;
  /** Of nodes that executors and workers prefer. */
  readonly spotLabel: { readonly key: string; readonly value: string } | null;
  readonly gpuResource: string;
  /** Requested part of each core, 0 to 1. */
  readonly cpuRequest: number;
  readonly driverMemoryMb: number;
  readonly defaults: Omit<SizingLimits, 'gpu'>;
  readonly limits: SizingLimits & TotalLimits;
}

const schema = z.object(kubernetesEnv);
type KubernetesEnv = z.infer<typeof schema>;

/** The part of the configuration that the Kubernetes executor needs; adds what is missing to `problems`. */
export function buildKubernetes(env: KubernetesEnv, storeUri: string, problems: string[]): KubernetesConfig {
  for (const name of ['CORPUSMILL_SPARK_IMAGE', 'CORPUSMILL_RAY_IMAGE'] as const) {
    if (env[name] === undefined) problems.push(`${name}: CORPUSMILL_EXECUTOR=kubernetes needs an image`);
  }
  problems.push(...defaultsAboveLimits(env));
  const ray = env.CORPUSMILL_RAY_IMAGE ?? '';
  return {
    kubeconfig: env.KUBECONFIG ?? null,
    namespace: env.CORPUSMILL_KUBERNETES_NAMESPACE,
    instance: env.CORPUSMILL_KUBERNETES_INSTANCE,
    images: {
      spark: env.CORPUSMILL_SPARK_IMAGE ?? '',
      ray,
      rayGpu: env.CORPUSMILL_RAY_GPU_IMAGE ?? ray,
      pullPolicy: env.CORPUSMILL_KUBERNETES_IMAGE_PULL_POLICY,
    },
    serviceAccounts: {
      spark: env.CORPUSMILL_KUBERNETES_SPARK_SERVICE_ACCOUNT,
      job: env.CORPUSMILL_KUBERNETES_JOB_SERVICE_ACCOUNT,
    },
    storeSecret: env.CORPUSMILL_KUBERNETES_STORE_SECRET ?? null,
    storeVolume: storeVolume(env.CORPUSMILL_KUBERNETES_STORE_CLAIM, storeUri, problems),
    queue: env.CORPUSMILL_KUBERNETES_QUEUE ?? null,
    spotTaint: env.CORPUSMILL_KUBERNETES_SPOT_TAINT ?? null,
    spotLabel: spotLabel(env.CORPUSMILL_KUBERNETES_SPOT_LABEL),
    gpuResource: env.CORPUSMILL_KUBERNETES_GPU_RESOURCE,
    cpuRequest: env.CORPUSMILL_KUBERNETES_CPU_REQUEST,
    driverMemoryMb: env.CORPUSMILL_KUBERNETES_DRIVER_MEMORY_MB,
    defaults: {
      cpu: env.CORPUSMILL_KUBERNETES_DEFAULT_CPU,
      memoryMb: env.CORPUSMILL_KUBERNETES_DEFAULT_MEMORY_MB,
      executors: env.CORPUSMILL_KUBERNETES_DEFAULT_EXECUTORS,
    },
    limits: buildLimits(env),
  };
}

function buildLimits(env: KubernetesEnv): KubernetesConfig['limits'] {
  return {
    cpu: env.CORPUSMILL_KUBERNETES_MAX_CPU,
    memoryMb: env.CORPUSMILL_KUBERNETES_MAX_MEMORY_MB,
    executors: env.CORPUSMILL_KUBERNETES_MAX_EXECUTORS,
    gpu: env.CORPUSMILL_KUBERNETES_MAX_GPU,
    totalCpu: env.CORPUSMILL_KUBERNETES_MAX_TOTAL_CPU ?? null,
    totalMemoryMb: env.CORPUSMILL_KUBERNETES_MAX_TOTAL_MEMORY_MB ?? null,
  };
}

function spotLabel(given: string | undefined): KubernetesConfig['spotLabel'] {
  const [key, value] = (given ?? '').split('=');
  return key === undefined || value === undefined ? null : { key, value };
}

/** Recipes that name no size must not be refused for it. */
function defaultsAboveLimits(env: KubernetesEnv): readonly string[] {
  return (['CPU', 'MEMORY_MB', 'EXECUTORS'] as const).flatMap((size) => {
    const [given, most] = [
      `CORPUSMILL_KUBERNETES_DEFAULT_${size}`,
      `CORPUSMILL_KUBERNETES_MAX_${size}`,
    ] as const;
    if (env[given] <= env[most]) return [];
    return [`${given}: ${env[given]} is above ${most}, ${env[most]}; lower it, or raise the limit`];
  });
}

/** Pods do not see this machine's files: a file:// store must be a volume that they can mount. */
function storeVolume(
  claim: string | undefined,
  storeUri: string,
  problems: string[],
): KubernetesConfig['storeVolume'] {
  const isFile = storeUri.startsWith('file:///');
  if (claim === undefined) {
    if (isFile) {
      problems.push(
        'CORPUSMILL_STORE: pods cannot read files of this machine; use s3://bucket/prefix, or name the volume claim that holds the store in CORPUSMILL_KUBERNETES_STORE_CLAIM',
      );
    }
    return null;
  }
  if (isFile) return { claim, path: decodeURIComponent(new URL(storeUri).pathname).replace(/\/$/, '') };
  problems.push(`CORPUSMILL_KUBERNETES_STORE_CLAIM: the store ${storeUri} is on no volume; leave it out`);
  return null;
}
