import type { KubernetesConfig } from '../../src/config/kubernetes-config.js';
import type { WorkloadRequest, WorkloadSizing } from '../../src/workloads/executor.js';

/** Configuration and attempts as the server hands them to the manifest builders. */
export const KUBERNETES: KubernetesConfig = {
  kubeconfig: null,
  namespace: 'jobs',
  instance: 'corpusmill',
  images: { spark: 'spark:1', ray: 'ray:1', rayGpu: 'ray-gpu:1', pullPolicy: 'IfNotPresent' },
  serviceAccounts: { spark: 'corpusmill-spark', job: 'corpusmill-job' },
  storeSecret: 'store',
  storeVolume: null,
  queue: null,
  spotTaint: null,
  spotLabel: null,
  gpuResource: 'nvidia.com/gpu',
  cpuRequest: 1,
  driverMemoryMb: 2048,
  defaults: { cpu: 2, memoryMb: 4096, executors: 2 },
  limits: {
    cpu: 16,
    memoryMb: 65_536,
    executors: 100,
    gpu: 8,
    totalCpu: null,
    totalMemoryMb: null,
  },
};

const SIZING: WorkloadSizing = { cpu: 2, memoryMb: 4096, minExecutors: 3, maxExecutors: 3, gpu: 0 };

export function requestOf(
  stage: WorkloadRequest['stage'],
  sizing: Partial<WorkloadSizing> = {},
): WorkloadRequest {
  return {
    attemptId: `${stage}-0123456789ab-1`,
    runId: '01999999-0000-7000-8000-000000000001',
    stage,
    mark: 'a'.repeat(32),
    specUri: `s3://bucket/store/runs/r/${stage}/a/spec.json`,
    logUri: `s3://bucket/store/runs/r/${stage}/a/log.txt`,
    sizing: { ...SIZING, ...sizing },
    known: null,
  };
}
