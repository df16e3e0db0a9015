import { sha256Hex } from '../common/canonical-json.js';
import { controlUri } from '../storage/store-layout.js';
import type { WorkloadHandle } from '../workloads/executor.js';
import type { AttemptRow } from './attempt.entity.js';
import type { StepRow } from './step.entity.js';

const MARK_LENGTH = 32;

/** URIs of one attempt's control folder. */
export interface AttemptFiles {
  readonly folder: string;
  readonly spec: string;
  readonly claim: string;
  readonly progress: string;
  readonly problem: string;
  /** The manifest of a version that waits for approval. */
  readonly held: string;
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
    held: `${folder}held.json`,
    log: `${folder}log.txt`,
  };
}

export function workloadHandle(files: AttemptFiles, step: StepRow, attempt: AttemptRow): WorkloadHandle {
  return {
    attemptId: attempt.id,
    runId: attempt.runId,
    stage: step.stage,
    // Not the token itself: that is for the job alone.
    mark: sha256Hex(`workload ${attempt.token}`).slice(0, MARK_LENGTH),
    specUri: files.spec,
    logUri: files.log,
    known: attempt.workload ?? null,
  };
}

/** Ids of attempts are at most 40 characters: the stage, the step's last 12 hex digits, the number. */
export function attemptIdOf(step: StepRow, number: number): string {
  return `${step.stage}-${step.id.replaceAll('-', '').slice(-12)}-${number}`;
}
