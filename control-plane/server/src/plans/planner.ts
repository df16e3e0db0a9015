import { canonicalDigest } from '../common/canonical-json.js';
import type { ServerConfig } from '../config/config.js';
import type { JobInput, JobModel, JobSource } from '../contracts/contracts.js';
import { type Stage, STAGES } from '../contracts/stage.js';
import type { ResolvedRecipe } from '../recipes/recipes.service.js';
import { manifestUri } from '../storage/store-layout.js';
import { datasetOf, type PlannedStep } from './plan.js';
import { jobResourcesOf, sizingOf } from './sizing.js';
import type { StepPlan } from './step-plan.js';
import { versionKeyOf } from './version-key.js';

export interface PlannerContext {
  readonly config: ServerConfig;
  readonly storeUri: string;
  /** Versions that dedup compares with. */
  readonly earlier: readonly JobInput[];
  readonly settingsOf: (stage: Stage) => Readonly<Record<string, unknown>>;
}

/** The steps of a recipe, in order, each with its version key. Pure but for what the context holds. */
export function planSteps(resolved: ResolvedRecipe, context: PlannerContext): readonly PlannedStep[] {
  const stages = STAGES.filter((stage) => resolved.recipe.stages[stage] !== undefined);
  const steps: PlannedStep[] = [];
  for (const stage of stages) {
    const before = steps.at(-1);
    const dataset = datasetOf(resolved.recipe.name, stage, stage === stages.at(-1));
    const plan = buildStepPlan(stage, resolved, { ...context, before });
    steps.push({ stage, dataset, plan, versionKey: keyOf(stage, plan, resolved) });
  }
  return steps;
}

function buildStepPlan(
  stage: Stage,
  resolved: ResolvedRecipe,
  context: PlannerContext & { readonly before: PlannedStep | undefined },
): StepPlan {
  const settings = context.settingsOf(stage);
  const given = resolved.recipe.resources?.[stage];
  const sizing = sizingOf(given, context.config);
  return {
    codeVersion: context.config.codeVersions[stage],
    settings,
    settingsDigest: canonicalDigest(settings),
    inputs: [
      ...(context.before === undefined ? [] : [inputFrom(context.before, context.storeUri)]),
      ...(stage === 'dedup' ? context.earlier : []),
    ],
    sources: stage === 'extract' ? resolved.sources.map(toJobSource) : [],
    models: modelsOf(stage, resolved),
    tokenizer: stage === 'tokenize' || stage === 'mix' ? resolved.tokenizer : null,
    resources: jobResourcesOf(given, sizing, context.config),
    sizing,
  };
}

function modelsOf(stage: Stage, resolved: ResolvedRecipe): readonly JobModel[] {
  if (stage === 'score') return resolved.models;
  return stage === 'filter' ? resolved.lists : [];
}

function keyOf(stage: Stage, plan: StepPlan, resolved: ResolvedRecipe): string {
  return versionKeyOf({
    stage,
    settings: plan.settings,
    codeVersion: plan.codeVersion,
    inputs: plan.inputs.map((input) => input.versionKey),
    sources: stage === 'extract' ? resolved.sources : [],
    models: plan.models,
    tokenizer: plan.tokenizer,
  });
}

function inputFrom(before: PlannedStep, storeUri: string): JobInput {
  const { dataset, stage, versionKey } = before;
  return { dataset, stage, versionKey, manifestUri: manifestUri(storeUri, stage, versionKey) };
}

function toJobSource({ name, kind, domain, files }: ResolvedRecipe['sources'][number]): JobSource {
  return { name, kind, domain, files: files.map(({ uri, location, bytes }) => ({ uri, location, bytes })) };
}
