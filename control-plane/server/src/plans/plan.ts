import type { Stage } from '../contracts/stage.js';
import type { ResolvedRecipe } from '../recipes/recipes.service.js';
import type { StepPlan } from './step-plan.js';

/** One step of a run as it will be done, whether its version is there or not. */
export interface PlannedStep {
  readonly stage: Stage;
  readonly dataset: string;
  readonly versionKey: string;
  readonly plan: StepPlan;
}

export interface PlannedRun {
  readonly resolved: ResolvedRecipe;
  readonly steps: readonly PlannedStep[];
}

/** The last stage's output is dataset `name`, each other stage's `name/<stage>`. */
export function datasetOf(name: string, stage: Stage, isLast: boolean): string {
  return isLast ? name : `${name}/${stage}`;
}

const SHORT_KEY_LENGTH = 12;

/** `dataset@` and the first 12 hex digits of the version key. */
export function versionName(dataset: string, versionKey: string): string {
  return `${dataset}@${versionKey.slice(0, SHORT_KEY_LENGTH)}`;
}
