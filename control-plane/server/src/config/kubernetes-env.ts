import { z } from 'zod';
import { LEAST_DRIVER_MB } from './workload-sizes.js';

const name = (fallback: string, description: string) =>
  z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/, 'must be a Kubernetes name')
    .default(fallback)
    .describe(description);

const optionalText = (description: string) => z.string().min(1).optional().describe(description);

const count = (least: number, fallback: number, description: string) =>
  z.coerce.number().int().min(least).default(fallback).describe(description);

const most = (description: string) =>
  z.coerce.number().int().min(1).optional().describe(`${description}; no limit where absent`);

/** Environment variables of the Kubernetes executor: one line each, with unit and default. */
export const kubernetesEnv = {
  KUBECONFIG: optionalText(
    'File that says where the API server is; the service account of the pod where absent',
  ),
  CORPUSMILL_KUBERNETES_NAMESPACE: name('corpusmill', 'Namespace of the jobs'),
  CORPUSMILL_KUBERNETES_INSTANCE: name(
    'corpusmill',
    'Label app.kubernetes.io/instance; tells installations in one namespace apart',
  ),
  CORPUSMILL_SPARK_IMAGE: optionalText('Image of Spark drivers and executors'),
  CORPUSMILL_RAY_IMAGE: optionalText('Image of Ray heads, workers and submitters'),
  CORPUSMILL_RAY_GPU_IMAGE: optionalText(
    'Image of Ray workers that asked for GPUs; the Ray image where absent',
  ),
  CORPUSMILL_KUBERNETES_IMAGE_PULL_POLICY: z
    .enum(['IfNotPresent', 'Always', 'Never'])
    .default('IfNotPresent'),
  CORPUSMILL_KUBERNETES_SPARK_SERVICE_ACCOUNT: name(
    'corpusmill-spark',
    'Service account of Spark drivers, which make executors',
  ),
  CORPUSMILL_KUBERNETES_JOB_SERVICE_ACCOUNT: name(
    'corpusmill-job',
    'Service account of all other job pods; needs no rights',
  ),
  CORPUSMILL_KUBERNETES_STORE_SECRET: optionalText(
    'Secret whose keys become environment variables of job pods: access to the object store',
  ),
  CORPUSMILL_KUBERNETES_STORE_CLAIM: optionalText(
    'PersistentVolumeClaim that holds a file:// store; mounted in job pods at its own path',
  ),
  CORPUSMILL_KUBERNETES_QUEUE: optionalText('Kueue LocalQueue; jobs are submitted suspended where set'),
  CORPUSMILL_KUBERNETES_SPOT_TAINT: optionalText(
    'Taint key of spot nodes; executors and workers tolerate it where set',
  ),
  CORPUSMILL_KUBERNETES_SPOT_LABEL: z
    .string()
    .regex(/^([a-zA-Z0-9.-]+\/)?[a-zA-Z0-9._-]+=[a-zA-Z0-9._-]+$/, 'must be key=value')
    .optional()
    .describe('Label of spot nodes, key=value; executors and workers prefer them where set'),
  CORPUSMILL_KUBERNETES_GPU_RESOURCE: z
    .string()
    .min(1)
    .default('nvidia.com/gpu')
    .describe('Resource of GPUs'),
  CORPUSMILL_KUBERNETES_CPU_REQUEST: z.coerce
    .number()
    .min(0.01)
    .max(1)
    .default(1)
    .describe('Requested part of each core; below 1 overcommits the nodes'),
  CORPUSMILL_KUBERNETES_DRIVER_MEMORY_MB: count(
    LEAST_DRIVER_MB,
    2048,
    'Memory of Spark drivers and Ray heads, MiB',
  ),
  CORPUSMILL_KUBERNETES_DEFAULT_CPU: count(1, 2, 'Cores of an executor where the recipe names none'),
  CORPUSMILL_KUBERNETES_DEFAULT_MEMORY_MB: count(
    LEAST_DRIVER_MB,
    4096,
    'Memory of an executor, MiB, where not named',
  ),
  CORPUSMILL_KUBERNETES_DEFAULT_EXECUTORS: count(1, 2, 'Executors of a stage where the recipe names none'),
  CORPUSMILL_KUBERNETES_MAX_CPU: count(1, 16, 'Most cores of an executor'),
  CORPUSMILL_KUBERNETES_MAX_MEMORY_MB: count(LEAST_DRIVER_MB, 65_536, 'Most memory of an executor, MiB'),
  CORPUSMILL_KUBERNETES_MAX_EXECUTORS: count(1, 100, 'Most executors of a stage'),
  CORPUSMILL_KUBERNETES_MAX_GPU: count(0, 8, 'Most GPUs of a Ray worker'),
  CORPUSMILL_KUBERNETES_MAX_TOTAL_CPU: most('Most cores of all pods of a stage together'),
  CORPUSMILL_KUBERNETES_MAX_TOTAL_MEMORY_MB: most('Most memory of all pods of a stage together, MiB'),
} as const;
