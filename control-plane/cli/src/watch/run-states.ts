import type { Run } from '@corpusmill/client';

const TERMINAL = new Set(['succeeded', 'failed', 'cancelled', 'reused']);

/** Whether a run or step in this state stays in it. */
export function isTerminal(state: string): boolean {
  return TERMINAL.has(state);
}

/** Whether nothing more happens before somebody approves or denies a version of the run. */
export function waitsForApproval(run: Run): boolean {
  return run.steps.some((step) => step.attempts.at(-1)?.state === 'held');
}
