import type { LocalExecutorConfig, ServerConfig } from '../config/config.js';
import type { JobResources } from '../contracts/contracts.js';
import type { Stage } from '../contracts/stage.js';
import type { ResolvedRecipe } from '../recipes/recipes.service.js';
import type { WorkloadSizing } from '../workloads/executor.js';

type RecipeResources = NonNullable<ResolvedRecipe['recipe']['resources']>[Stage];

const DEFAULT_MAX_CPU = 8;
const DEFAULT_PARTITIONS_PER_CORE = 2;

/** How large a stage's workload is: as the recipe says, else as the server's configuration does. */
export function sizingOf(given: RecipeResources, config: ServerConfig): WorkloadSizing {
  const defaults = config.kubernetes?.defaults ?? localDefaults(config.local);
  const { cpu, memoryMb, executors, gpu = 0 } = { ...defaults, ...given };
  const bounds = typeof executors === 'number' ? { min: executors, max: executors } : executors;
  return { cpu, memoryMb, minExecutors: bounds.min, maxExecutors: bounds.max, gpu };
}

function localDefaults({ cpus, defaultMemoryMb }: LocalExecutorConfig) {
  return { cpu: Math.min(cpus, DEFAULT_MAX_CPU), memoryMb: defaultMemoryMb, executors: 1 };
}

/** What the job is told: the cores that work for it at the same time, and the memory of each of its processes. */
export function jobResourcesOf(
  given: RecipeResources,
  sizing: WorkloadSizing,
  config: ServerConfig,
): JobResources {
  return {
    cpu: config.kubernetes === null ? sizing.cpu : sizing.cpu * sizing.maxExecutors,
    memoryMb: sizing.memoryMb,
    partitionsPerCore: given?.partitionsPerCore ?? DEFAULT_PARTITIONS_PER_CORE,
  };
}
