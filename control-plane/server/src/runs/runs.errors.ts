import { CorpusmillError } from '../common/errors.js';
import type { RunState } from './run.states.js';

export class RunNotFound extends CorpusmillError {
  readonly code = 'RUN_NOT_FOUND';
  constructor(runId: string) {
    super(`there is no run ${runId}; list them with GET /v1/runs`);
  }
}

export class StepNotFound extends CorpusmillError {
  readonly code = 'STEP_NOT_FOUND';
  constructor(runId: string, what: string) {
    super(`run ${runId} has no ${what}; see GET /v1/runs/${runId}/steps`);
  }
}

export class RunStateConflict extends CorpusmillError {
  readonly code = 'RUN_STATE_CONFLICT';
  constructor(runId: string, action: keyof typeof NEEDED_STATE, state: RunState) {
    super(`run ${runId} is ${state}; ${action} needs a run that is ${NEEDED_STATE[action]}`);
  }
}

const NEEDED_STATE = {
  cancel: 'pending or running',
  retry: 'failed or cancelled',
  approve: 'running with a step that waits for approval',
  deny: 'running with a step that waits for approval',
} as const;
