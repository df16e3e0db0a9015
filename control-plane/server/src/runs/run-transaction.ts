import type { EntityManager } from '@mikro-orm/postgresql';
import { LockMode } from '@mikro-orm/core';
import { databaseNow } from '../database/database.js';
import { AttemptEntity, type AttemptRow } from './attempt.entity.js';
import { RunEventEntity } from './run-event.entity.js';
import type { RunParts } from './run-parts.js';
import { RunEntity, type RunRow } from './run.entity.js';
import {
  ATTEMPT_TRANSITIONS,
  type AttemptState,
  checkTransition,
  RUN_TRANSITIONS,
  type RunEventType,
  type RunState,
  STEP_TRANSITIONS,
  type StepState,
} from './run.states.js';
import { RunNotFound } from './runs.errors.js';
import { StepEntity, type StepRow } from './step.entity.js';

interface EventSubject {
  readonly step?: StepRow;
  readonly attempt?: AttemptRow;
}

export interface RecordedEvent {
  readonly type: RunEventType;
  readonly runId: string;
  readonly stepId?: string;
  readonly attemptId?: string;
  readonly code?: unknown;
}

type EventData = Readonly<Record<string, unknown>>;

/**
 * Changes of one run within one transaction. The run's row is locked, so that all changes of a run follow one
 * another, its events have ascending ids, and what was read is still true when it is written.
 */
export class RunTransaction {
  /** Events of this transaction, as they are logged. */
  readonly recorded: RecordedEvent[] = [];

  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  readonly attempts: readonly AttemptRow[];

  private constructor(
    readonly em: EntityManager,
    readonly now: Date,
    rows: RunParts,
  ) {
    ({ run: this.run, steps: this.steps, attempts: this.attempts } = rows);
  }

  /** Locks and loads a run; throws RunNotFound. */
  static async open(em: EntityManager, runId: string): Promise<RunTransaction> {
    const run = await em.findOne(RunEntity, { id: runId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (run === null) throw new RunNotFound(runId);
    const now = await databaseNow(em);
    const steps = await em.find(StepEntity, { runId }, { orderBy: { ordinal: 'asc' } });
    const attempts = await em.find(
      AttemptEntity,
      { runId },
      { orderBy: { createdAt: 'asc', number: 'asc' } },
    );
    return new RunTransaction(em, now, { run, steps, attempts });
  }

  step(stepId: string): StepRow {
    const step = this.steps.find((candidate) => candidate.id === stepId);
    if (step === undefined) throw new Error(`run ${this.run.id} has no step ${stepId}`);
    return step;
  }

  attempt(attemptId: string): AttemptRow {
    const attempt = this.attempts.find((candidate) => candidate.id === attemptId);
    if (attempt === undefined) throw new Error(`run ${this.run.id} has no attempt ${attemptId}`);
    return attempt;
  }

  moveRun(
    to: RunState,
    change: Partial<RunRow> & { readonly event: RunEventType; readonly data?: EventData },
  ): void {
    const { event, data, ...patch } = change;
    checkTransition(RUN_TRANSITIONS, `run ${this.run.id}`, { from: this.run.state, to });
    Object.assign(this.run, patch, { state: to, revision: this.run.revision + 1 });
    this.record(event, {}, data);
  }

  moveStep(
    step: StepRow,
    to: StepState,
    change: Partial<StepRow> & { readonly data?: EventData } = {},
  ): void {
    const { data, ...patch } = change;
    checkTransition(STEP_TRANSITIONS, `step ${step.id}`, { from: step.state, to });
    Object.assign(step, patch, { state: to, revision: step.revision + 1 });
    const event = STEP_EVENTS[to];
    if (event !== null) this.record(event, { step }, data);
  }

  moveAttempt(
    attempt: AttemptRow,
    to: AttemptState,
    change: Partial<AttemptRow> & { readonly data?: EventData } = {},
  ): void {
    const { data, ...patch } = change;
    checkTransition(ATTEMPT_TRANSITIONS, `attempt ${attempt.id}`, { from: attempt.state, to });
    Object.assign(attempt, patch, { state: to, revision: attempt.revision + 1 });
    this.record(`attempt.${to}`, { step: this.step(attempt.stepId), attempt }, data);
  }

  record(type: RunEventType, subject: EventSubject, data: EventData = {}): void {
    this.em.create(RunEventEntity, {
      runId: this.run.id,
      stage: subject.step?.stage ?? null,
      attemptId: subject.attempt?.id ?? null,
      type,
      at: this.now,
      data: { ...data },
    });
    this.recorded.push({
      type,
      runId: this.run.id,
      ...(subject.step && { stepId: subject.step.id, stage: subject.step.stage }),
      ...(subject.attempt && { attemptId: subject.attempt.id }),
      ...('code' in data && { code: data['code'] }),
    });
  }
}

/** null: the change is told by another event. */
const STEP_EVENTS: Readonly<Record<StepState, RunEventType | null>> = {
  pending: null,
  running: 'step.started',
  retrying: 'step.retrying',
  'waiting-approval': 'step.waiting-approval',
  succeeded: 'step.succeeded',
  reused: 'step.reused',
  failed: 'step.failed',
  cancelled: 'step.cancelled',
};
