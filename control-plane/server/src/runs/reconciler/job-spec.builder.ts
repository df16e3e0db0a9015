import { API_VERSION, type JobInput, type JobSpec } from '../../contracts/contracts.js';
import type { StepPlan } from '../../plans/step-plan.js';
import { versionUri } from '../../storage/store-layout.js';
import type { AttemptFiles } from '../attempt-paths.js';
import type { AttemptRow } from '../attempt.entity.js';
import type { StepRow } from '../step.entity.js';

export interface JobSpecParts {
  readonly step: StepRow;
  readonly attempt: AttemptRow;
  readonly plan: StepPlan;
  readonly files: AttemptFiles;
  readonly storeUri: string;
  /** Versions whose values the job may use again. */
  readonly earlier: readonly JobInput[];
}

/** What the job of an attempt is told; the same for every executor. */
export function buildJobSpec({ step, attempt, plan, files, storeUri, earlier }: JobSpecParts): JobSpec {
  return {
    apiVersion: API_VERSION,
    runId: attempt.runId,
    stepId: step.id,
    stage: step.stage,
    attempt: { id: attempt.id, number: attempt.number, token: attempt.token },
    dataset: step.dataset,
    versionKey: step.versionKey,
    codeVersion: plan.codeVersion,
    settings: plan.settings,
    settingsDigest: plan.settingsDigest,
    inputs: plan.inputs,
    ...(earlier.length === 0 ? {} : { earlier }),
    sources: plan.sources,
    models: plan.models,
    tokenizer: plan.tokenizer,
    output: {
      versionUri: versionUri(storeUri, step.stage, step.versionKey),
      prefix: `attempts/${attempt.id}/`,
    },
    control: { uri: files.folder },
    resources: plan.resources,
  };
}
