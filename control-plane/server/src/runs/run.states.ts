/**
 * State machines of runs, steps and attempts. Transitions are monotonic but for an explicit retry.
 *
 *   run      pending → running → succeeded | failed      pending, running → cancelling → cancelled | succeeded
 *            failed, cancelled → running (retry)
 *   step     pending → running | reused | succeeded | failed | cancelled
 *            running → succeeded | reused | retrying | waiting-approval | failed | cancelled
 *            retrying → as pending      waiting-approval → succeeded | reused | failed (denied) | cancelled
 *            failed, cancelled → pending (retry)
 *   attempt  created → submitted → running → succeeded | failed | lost | cancelled   (each may end early)
 *            running → held → approved → succeeded      held → failed (denied)
 */
export const RUN_STATES = ['pending', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const;
export const STEP_STATES = [
  'pending',
  'running',
  'retrying',
  'waiting-approval',
  'succeeded',
  'reused',
  'failed',
  'cancelled',
] as const;
export const ATTEMPT_STATES = [
  'created',
  'submitted',
  'running',
  'held',
  'approved',
  'succeeded',
  'failed',
  'lost',
  'cancelled',
] as const;

export type RunState = (typeof RUN_STATES)[number];
export type StepState = (typeof STEP_STATES)[number];
export type AttemptState = (typeof ATTEMPT_STATES)[number];

type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>;

export const RUN_TRANSITIONS: Transitions<RunState> = {
  pending: ['running', 'cancelling'],
  running: ['succeeded', 'failed', 'cancelling'],
  cancelling: ['cancelled', 'succeeded'],
  succeeded: [],
  failed: ['running'],
  cancelled: ['running'],
};

export const STEP_TRANSITIONS: Transitions<StepState> = {
  pending: ['running', 'reused', 'succeeded', 'failed', 'cancelled'],
  running: ['succeeded', 'reused', 'retrying', 'waiting-approval', 'failed', 'cancelled'],
  retrying: ['running', 'reused', 'succeeded', 'failed', 'cancelled'],
  'waiting-approval': ['succeeded', 'reused', 'failed', 'cancelled'],
  succeeded: [],
  reused: [],
  failed: ['pending'],
  cancelled: ['pending'],
};

export const ATTEMPT_TRANSITIONS: Transitions<AttemptState> = {
  created: ['submitted', 'running', 'held', 'succeeded', 'failed', 'lost', 'cancelled'],
  submitted: ['running', 'held', 'succeeded', 'failed', 'lost', 'cancelled'],
  running: ['held', 'succeeded', 'failed', 'lost', 'cancelled'],
  held: ['approved', 'succeeded', 'failed', 'cancelled'],
  approved: ['succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  lost: [],
  cancelled: [],
};

export const RUN_EVENT_TYPES = [
  'run.created',
  'run.started',
  'run.succeeded',
  'run.failed',
  'run.cancelling',
  'run.cancelled',
  'run.retried',
  'step.started',
  'step.progress',
  'step.succeeded',
  'step.reused',
  'step.retrying',
  'step.waiting-approval',
  'step.failed',
  'step.cancelled',
  'attempt.created',
  'attempt.submitted',
  'attempt.running',
  'attempt.held',
  'attempt.approved',
  'attempt.succeeded',
  'attempt.failed',
  'attempt.lost',
  'attempt.cancelled',
] as const;

export type RunEventType = (typeof RUN_EVENT_TYPES)[number];

export function isTerminalRun(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

export function isDoneStep(state: StepState): boolean {
  return state === 'succeeded' || state === 'reused';
}

export function isTerminalStep(state: StepState): boolean {
  return isDoneStep(state) || state === 'failed' || state === 'cancelled';
}

export function isTerminalAttempt(state: AttemptState): boolean {
  return ATTEMPT_TRANSITIONS[state].length === 0;
}

export class IllegalTransition extends Error {
  constructor(what: string, from: string, to: string) {
    super(`${what} cannot go from ${from} to ${to}`);
  }
}

/** Throws IllegalTransition where the table does not allow the change. */
export function checkTransition<S extends string>(
  table: Transitions<S>,
  what: string,
  change: { readonly from: S; readonly to: S },
): void {
  if (!table[change.from].includes(change.to)) throw new IllegalTransition(what, change.from, change.to);
}
