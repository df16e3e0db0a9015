import type { ErrorItem } from '../common/errors.js';
import type { ServerConfig } from '../config/config.js';
import type { SizingLimits } from '../config/kubernetes-config.js';
import { engineOf, type Stage } from '../contracts/stage.js';
import type { Recipe, RecipeResources } from './recipe.js';
import type { ResolvedSource } from './source-files.js';

/** Sizes that this server's executor cannot or may not give: refused before anything is planned. */
export function checkResources(recipe: Recipe, config: ServerConfig): readonly ErrorItem[] {
  return Object.entries(recipe.resources ?? {}).flatMap(([stage, resources]) => {
    const problems =
      config.kubernetes === null
        ? overMachine(resources, config.local.machineMemoryMb)
        : overLimits(resources, config.kubernetes.limits);
    return [...problems, ...boundsOutOfOrder(resources), ...gpuOfSpark(stage as Stage, resources)].map(
      ([field, message]) => ({ pointer: `/resources/${stage}/${field}`, message }),
    );
  });
}

/** Pods see the store and other buckets, not this machine's files: sources must stand where jobs can read them. */
export function checkReach(sources: readonly ResolvedSource[], config: ServerConfig): readonly ErrorItem[] {
  if (config.kubernetes === null) return [];
  return sources.flatMap(({ files }, index) => {
    const hidden = files.find(
      ({ location }) => location.startsWith('file://') && !location.startsWith(config.storeUri),
    );
    if (hidden === undefined) return [];
    const message = `${hidden.uri} is a file of the server's machine, which pods cannot read; put it into an object store and name it s3://bucket/key`;
    return [{ pointer: `/sources/${index}/uris`, message }];
  });
}

type Problem = readonly [field: string, message: string];

function overMachine({ memoryMb = 0 }: RecipeResources, machineMemoryMb: number): readonly Problem[] {
  if (memoryMb <= machineMemoryMb) return [];
  return [['memoryMb', `${memoryMb} MiB is more than this machine's ${machineMemoryMb} MiB`]];
}

function overLimits(resources: RecipeResources, limits: SizingLimits): readonly Problem[] {
  const { executors = 1 } = resources;
  const isRange = typeof executors === 'object';
  const asked = [
    ['cpu', 'cores', resources.cpu ?? 0, limits.cpu],
    ['memoryMb', 'MiB', resources.memoryMb ?? 0, limits.memoryMb],
    [
      isRange ? 'executors/max' : 'executors',
      'executors',
      isRange ? executors.max : executors,
      limits.executors,
    ],
    ['gpu', 'GPUs', resources.gpu ?? 0, limits.gpu],
  ] as const;
  return asked
    .filter(([, , value, limit]) => value > limit)
    .map(([field, unit, value, limit]) => [
      field,
      `${value} ${unit} is more than this server's limit, ${limit}`,
    ]);
}

function boundsOutOfOrder({ executors }: RecipeResources): readonly Problem[] {
  if (typeof executors !== 'object' || executors.min <= executors.max) return [];
  return [['executors/min', `${executors.min} is above max, ${executors.max}`]];
}

function gpuOfSpark(stage: Stage, { gpu = 0 }: RecipeResources): readonly Problem[] {
  if (gpu === 0 || engineOf(stage) === 'ray') return [];
  return [['gpu', `${stage} runs on Spark and uses no GPU; leave it out`]];
}
