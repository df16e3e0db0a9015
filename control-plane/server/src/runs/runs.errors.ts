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
  constructor(runId: string, action: 'cancel' | 'retry', state: RunState) {
    const wanted = action === 'cancel' ? 'pending or running' : 'failed or cancelled';
    super(`run ${runId} is ${state}; ${action} needs a run that is ${wanted}`);
  }
}
