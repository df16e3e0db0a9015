import { engineOf, type Stage } from '../contracts/stage.js';

/** What pods of jobs need beside the work itself; manifests and the checks of recipes reckon with the same numbers. */

/** Cores of a Spark driver and of a Ray head. */
export const DRIVER_CPU = 1;
/** `ray job submit` follows the log of the job; it computes nothing. */
export const SUBMITTER = { cpu: 1, memoryMb: 512, gpu: 0 } as const;

/** A Python worker of the extract stage with a page, its tree and its models: as the Spark host reckons. */
const PYTHON_WORKER_MB = 512;
/** The JVM beside its heap: classes, code, network buffers; Spark's own least overhead. */
const JVM_OVERHEAD_MB = 384;
const JVM_OVERHEAD_FACTOR = 0.15;
/**
 * Spark starts with no less than 450 MiB (1.5 × `RESERVED_SYSTEM_MEMORY_BYTES` of UnifiedMemoryManager) as the JVM
 * reports them, which leaves out a survivor space, 1/30 of the heap with the serial collector of small containers.
 */
const LEAST_HEAP_MB = 480;
/** Raylet, its agents and the log monitor (215 MiB measured, Ray 2.60) and the object store of 100 MiB. */
const RAY_NODE_MB = 384;
/** A worker process of Ray with a model; one a core. */
const RAY_PROCESS_MB = 192;

/** Least memory of a Spark driver, which is also enough for a Ray head. */
export const LEAST_DRIVER_MB = LEAST_HEAP_MB + JVM_OVERHEAD_MB;

/** Memory of a JVM in MiB: its heap, and what its container has beside it. */
export interface JvmMemory {
  readonly heapMb: number;
  readonly overheadMb: number;
}

export function driverMemory(memoryMb: number): JvmMemory {
  return jvmMemory(memoryMb, JVM_OVERHEAD_MB);
}

export function executorMemory(stage: Stage, size: { cpu: number; memoryMb: number }): JvmMemory {
  return jvmMemory(size.memoryMb, JVM_OVERHEAD_MB + pythonMb(stage, size.cpu));
}

/** MiB below which an executor or worker of the stage cannot work. */
export function leastMemoryMb(stage: Stage, cpu: number): number {
  if (engineOf(stage) === 'ray') return RAY_NODE_MB + cpu * RAY_PROCESS_MB;
  return LEAST_HEAP_MB + JVM_OVERHEAD_MB + pythonMb(stage, cpu);
}

/** Everything that a stage asks of the cluster at the same time, its executors or workers being `count`. */
export function stageTotal(
  stage: Stage,
  size: { readonly cpu: number; readonly memoryMb: number; readonly count: number },
  driverMemoryMb: number,
): { readonly cpu: number; readonly memoryMb: number } {
  const submitter = engineOf(stage) === 'ray' ? SUBMITTER : { cpu: 0, memoryMb: 0 };
  return {
    cpu: size.cpu * size.count + DRIVER_CPU + submitter.cpu,
    memoryMb: size.memoryMb * size.count + driverMemoryMb + submitter.memoryMb,
  };
}

function pythonMb(stage: Stage, cpu: number): number {
  return stage === 'extract' ? cpu * PYTHON_WORKER_MB : 0;
}

/** At least half of the memory is heap. */
function jvmMemory(memoryMb: number, neededMb: number): JvmMemory {
  const wanted = Math.max(neededMb, Math.ceil(memoryMb * JVM_OVERHEAD_FACTOR));
  const overheadMb = Math.min(wanted, Math.floor(memoryMb / 2));
  return { heapMb: memoryMb - overheadMb, overheadMb };
}
