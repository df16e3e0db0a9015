import type { KubernetesConfig } from '../../config/kubernetes-config.js';

/** What all job pods have in common: Pod Security `restricted`, a root file system that nobody writes to. */

const SECURITY_CONTEXT = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

const POD_SECURITY_CONTEXT = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } as const;

const STORE_VOLUME = 'store';
const SCRATCH_VOLUME = 'scratch';
const SCRATCH_PATH = '/tmp';

/** Nodes that may go away, and nodes with GPUs, are tainted: only what can bear it runs there. */
export function tolerationsOf(config: KubernetesConfig, gpu: number) {
  const keys = [
    ...(config.spotTaint === null ? [] : [config.spotTaint]),
    ...(gpu > 0 ? [config.gpuResource] : []),
  ];
  return keys.map((key) => ({ key, operator: 'Exists', effect: 'NoSchedule' }));
}

/** Spot nodes cost less: what can bear them goes there while there is room, and elsewhere otherwise. */
export function spotAffinity({ spotLabel }: KubernetesConfig) {
  if (spotLabel === null) return {};
  const { key, value } = spotLabel;
  const preference = { matchExpressions: [{ key, operator: 'In', values: [value] }] };
  return {
    affinity: {
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] },
    },
  };
}

/** Parts of every container: rights, scratch space, and access to the object store by environment. */
export function containerParts(config: KubernetesConfig) {
  return {
    securityContext: SECURITY_CONTEXT,
    workingDir: SCRATCH_PATH,
    env: [{ name: 'HOME', value: SCRATCH_PATH }],
    ...(config.storeSecret !== null && { envFrom: [{ secretRef: { name: config.storeSecret } }] }),
    volumeMounts: [
      { name: SCRATCH_VOLUME, mountPath: SCRATCH_PATH },
      ...(config.storeVolume === null ? [] : [{ name: STORE_VOLUME, mountPath: config.storeVolume.path }]),
    ],
  };
}

/** Parts of every pod. */
export function podParts(config: KubernetesConfig) {
  return {
    securityContext: POD_SECURITY_CONTEXT,
    enableServiceLinks: false,
    volumes: [
      { name: SCRATCH_VOLUME, emptyDir: {} },
      ...(config.storeVolume === null
        ? []
        : [{ name: STORE_VOLUME, persistentVolumeClaim: { claimName: config.storeVolume.claim } }]),
    ],
  };
}

/** The requested part of a number of cores, in thousandths of a core. */
export function cpuRequest(config: KubernetesConfig, cpu: number): string {
  return `${Math.max(1, Math.round(cpu * config.cpuRequest * 1000))}m`;
}

/** Requests and limits of a container of ours; memory is not overcommitted. */
export function resourcesOf(config: KubernetesConfig, size: { cpu: number; memoryMb: number; gpu: number }) {
  const memory = `${size.memoryMb}Mi`;
  const gpu = size.gpu > 0 ? { [config.gpuResource]: String(size.gpu) } : {};
  return {
    requests: { cpu: cpuRequest(config, size.cpu), memory, ...gpu },
    limits: { cpu: String(size.cpu), memory, ...gpu },
  };
}
