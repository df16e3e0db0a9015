import type { AttemptRow } from './attempt.entity.js';
import type { RunRow } from './run.entity.js';
import type { StepRow } from './step.entity.js';

/** A run with its rows: steps in order, attempts by number. */
export interface RunParts {
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  readonly attempts: readonly AttemptRow[];
}
