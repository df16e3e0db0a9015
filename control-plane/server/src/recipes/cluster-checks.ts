import type { ErrorItem } from '../common/errors.js';
import type { KubernetesConfig } from '../config/kubernetes-config.js';
import { leastMemoryMb, stageTotal } from '../config/workload-sizes.js';
import { engineOf, type Stage } from '../contracts/stage.js';
import type { Recipe, RecipeResources } from './recipe.js';

/** What a stage's pods need in all, and at least, with the server's defaults where the recipe names no size. */
export function checkCluster(recipe: Recipe, config: KubernetesConfig): readonly ErrorItem[] {
  return (Object.keys(recipe.stages) as Stage[]).flatMap((stage) => {
    const given = recipe.resources?.[stage] ?? {};
    return [...tooSmall(stage, given, config), ...tooMuch(stage, given, config)];
  });
}

function tooSmall(
  stage: Stage,
  given: RecipeResources,
  { defaults }: KubernetesConfig,
): readonly ErrorItem[] {
  const { cpu, memoryMb } = { ...defaults, ...given };
  const least = leastMemoryMb(stage, cpu);
  if (memoryMb >= least) return [];
  const what = engineOf(stage) === 'ray' ? 'Ray worker' : 'Spark executor';
  const message = `${memoryMb} MiB${origin(given.memoryMb)} is too little for a ${what} of ${stage} with ${cpu} cores, which needs ${least} MiB; set resources.${stage}.memoryMb to ${least} or more, or lower cpu`;
  return [{ pointer: `/resources/${stage}/memoryMb`, message }];
}

function tooMuch(stage: Stage, given: RecipeResources, config: KubernetesConfig): readonly ErrorItem[] {
  const { cpu, memoryMb, executors } = { ...config.defaults, ...given };
  const total = stageTotal(
    stage,
    { cpu, memoryMb, count: fewest(stage, executors, config) },
    config.driverMemoryMb,
  );
  const { totalCpu, totalMemoryMb } = config.limits;
  return [
    ...over(stage, {
      executors: given.executors,
      value: total.cpu,
      limit: totalCpu,
      unit: 'cores',
      lower: 'executors or cpu',
    }),
    ...over(stage, {
      executors: given.executors,
      value: total.memoryMb,
      limit: totalMemoryMb,
      unit: 'MiB',
      lower: 'executors or memoryMb',
    }),
  ];
}

interface Total {
  readonly executors: RecipeResources['executors'];
  readonly value: number;
  readonly limit: number | null;
  readonly unit: string;
  readonly lower: string;
}

function over(stage: Stage, { executors, value, limit, unit, lower }: Total): readonly ErrorItem[] {
  if (limit === null || value <= limit) return [];
  const message = `${stage} needs ${value} ${unit} in all (executors or workers, and driver or head), more than this server's limit, ${limit}; lower ${lower} of resources.${stage}`;
  return [
    { pointer: `/resources/${stage}/executors${typeof executors === 'object' ? '/min' : ''}`, message },
  ];
}

/** Executors without which the stage does not work: only Spark outside a queue follows a range. */
function fewest(
  stage: Stage,
  executors: NonNullable<RecipeResources['executors']>,
  { queue }: KubernetesConfig,
): number {
  if (typeof executors === 'number') return executors;
  return engineOf(stage) === 'spark' && queue === null ? executors.min : executors.max;
}

function origin(given: number | undefined): string {
  return given === undefined ? " (this server's default)" : '';
}
