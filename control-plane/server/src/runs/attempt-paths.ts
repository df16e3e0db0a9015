import { controlUri } from '../storage/store-layout.js';
import type { WorkloadRequest } from '../workloads/executor.js';
import type { AttemptRow } from './attempt.entity.js';
import type { StepRow } from './step.entity.js';

/** URIs of one attempt's control folder. */
export interface AttemptFiles {
  readonly folder: string;
  readonly spec: string;
  readonly claim: string;
  readonly progress: string;
  readonly problem: string;
  readonly log: string;
}

export function attemptFiles(storeUri: string, step: StepRow, attempt: AttemptRow): AttemptFiles {
  const folder = controlUri(storeUri, { runId: attempt.runId, stage: step.stage, attemptId: attempt.id });
  return {
    folder,
    spec: `${folder}spec.json`,
    claim: `${folder}claim.json`,
    progress: `${folder}progress.json`,
    problem: `${folder}problem.json`,
    log: `${folder}log.txt`,
  };
}

export interface Sizing {
  readonly cpu: number;
  readonly memoryMb: number;
}

export function workloadRequest(
  files: AttemptFiles,
  step: StepRow,
  attempt: AttemptRow,
  sizing: Sizing,
): WorkloadRequest {
  return {
    attemptId: attempt.id,
    stage: step.stage,
    specUri: files.spec,
    cpu: sizing.cpu,
    memoryMb: sizing.memoryMb,
  };
}

/** Ids of attempts are at most 40 characters: the stage, the step's last 12 hex digits, the number. */
export function attemptIdOf(step: StepRow, number: number): string {
  return `${step.stage}-${step.id.replaceAll('-', '').slice(-12)}-${number}`;
}
