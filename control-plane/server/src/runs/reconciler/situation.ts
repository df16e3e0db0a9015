import type { StepPlan } from '../../plans/step-plan.js';
import type { WorkloadRequest } from '../../workloads/executor.js';
import { type AttemptFiles, attemptFiles, workloadHandle } from '../attempt-paths.js';
import type { AttemptRow } from '../attempt.entity.js';
import type { StepRow } from '../step.entity.js';

/** One attempt with all that is needed to act on it. */
export interface Situation {
  readonly step: StepRow;
  readonly attempt: AttemptRow;
  readonly plan: StepPlan;
  readonly files: AttemptFiles;
  readonly request: WorkloadRequest;
}

export function situationOf(storeUri: string, step: StepRow, attempt: AttemptRow, plan: StepPlan): Situation {
  const files = attemptFiles(storeUri, step, attempt);
  const request = { ...workloadHandle(files, step, attempt), sizing: plan.sizing };
  return { step, attempt, plan, files, request };
}
