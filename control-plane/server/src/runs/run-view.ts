import { versionName } from '../plans/plan.js';
import type { AttemptRow } from './attempt.entity.js';
import type { AttemptDto, RunDto, RunEventDto, StepDto } from './dto/run.dto.js';
import type { RunEventRow } from './run-event.entity.js';
import type { RunParts } from './run-parts.js';
import { isDoneStep } from './run.states.js';
import type { StepRow } from './step.entity.js';

/** A run as the API shows it. */
export function toRunDto({ run, steps, attempts }: RunParts): RunDto {
  const last = steps.at(-1);
  const isDone = last !== undefined && isDoneStep(last.state);
  return {
    id: run.id,
    name: run.name,
    recipeDigest: run.recipeDigest,
    state: run.state,
    revision: run.revision,
    createdAt: run.createdAt.toISOString(),
    startedAt: time(run.startedAt),
    finishedAt: time(run.finishedAt),
    problem: run.problem ?? null,
    dataset: run.name,
    version: isDone ? versionName(last.dataset, last.versionKey) : null,
    steps: steps.map((step) =>
      toStepDto(
        step,
        attempts.filter((attempt) => attempt.stepId === step.id),
      ),
    ),
  };
}

function toStepDto(step: StepRow, attempts: readonly AttemptRow[]): StepDto {
  return {
    id: step.id,
    stage: step.stage,
    state: step.state,
    dataset: step.dataset,
    versionKey: step.versionKey,
    version: versionName(step.dataset, step.versionKey),
    reusedFromRun: step.reusedFromRun ?? null,
    attempts: attempts.map(toAttemptDto),
    progress: step.progress ?? null,
    counts: (step.counts as StepDto['counts']) ?? null,
    problem: step.problem ?? null,
    startedAt: time(step.startedAt),
    finishedAt: time(step.finishedAt),
    nextAttemptAt: time(step.nextAttemptAt),
  };
}

function toAttemptDto(attempt: AttemptRow): AttemptDto {
  return {
    id: attempt.id,
    number: attempt.number,
    state: attempt.state,
    executor: attempt.executor,
    workload: attempt.workload == null ? null : { ...attempt.workload },
    createdAt: attempt.createdAt.toISOString(),
    startedAt: time(attempt.startedAt),
    finishedAt: time(attempt.finishedAt),
    problem: attempt.problem ?? null,
  };
}

export function toEventDto(event: RunEventRow): RunEventDto {
  return {
    id: event.id,
    runId: event.runId,
    stage: event.stage ?? null,
    attemptId: event.attemptId ?? null,
    type: event.type,
    at: event.at.toISOString(),
    data: event.data,
  };
}

function time(value: Date | null | undefined): string | null {
  return value?.toISOString() ?? null;
}
