import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Counts, JobProgress } from '../contracts/contracts.js';
import type { Stage } from '../contracts/stage.js';
import type { StepPlan } from '../plans/step-plan.js';
import type { ProblemRecord } from './problem-record.js';
import type { StepState } from './run.states.js';

export type StepProgress = Omit<JobProgress, 'apiVersion' | 'attemptId'>;

/** One stage within a run. */
export const StepEntity = defineEntity({
  name: 'Step',
  tableName: 'steps',
  uniques: [{ properties: ['runId', 'ordinal'] }],
  indexes: [{ properties: ['versionKey', 'state'] }],
  properties: {
    id: p.string().length(36).primary(),
    runId: p.string().length(36),
    ordinal: p.integer(),
    stage: p.string().length(16).$type<Stage>(),
    dataset: p.string().length(100),
    versionKey: p.string().length(64),
    state: p.string().length(16).$type<StepState>(),
    revision: p.integer(),
    plan: p.json<StepPlan>().lazy(),
    /** Number of attempts when the retry budget was last renewed. */
    attemptsBase: p.integer(),
    reusedFromRun: p.string().length(64).nullable(),
    progress: p.json<StepProgress>().nullable(),
    counts: p.json<Counts>().nullable(),
    problem: p.json<ProblemRecord>().nullable(),
    startedAt: p.datetime(3).nullable(),
    finishedAt: p.datetime(3).nullable(),
    nextAttemptAt: p.datetime(3).nullable(),
  },
});

export type StepRow = InferEntity<typeof StepEntity>;
