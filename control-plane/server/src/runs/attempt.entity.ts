import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Executor, Workload } from '../workloads/executor.js';
import type { ProblemRecord } from './problem-record.js';
import type { AttemptState } from './run.states.js';

/** One try at a step; owns at most one workload. The row is written before the workload exists and never deleted. */
export const AttemptEntity = defineEntity({
  name: 'Attempt',
  tableName: 'attempts',
  uniques: [{ properties: ['stepId', 'number'] }],
  indexes: [{ properties: ['runId'] }],
  properties: {
    /** Also the workload's name. */
    id: p.string().length(40).primary(),
    runId: p.string().length(36),
    stepId: p.string().length(36),
    number: p.integer(),
    token: p.string().length(32),
    state: p.string().length(16).$type<AttemptState>(),
    revision: p.integer(),
    executor: p.string().length(16).$type<Executor['name']>(),
    workload: p.json<Workload>().nullable(),
    problem: p.json<ProblemRecord>().nullable(),
    createdAt: p.datetime(3),
    submittedAt: p.datetime(3).nullable(),
    startedAt: p.datetime(3).nullable(),
    finishedAt: p.datetime(3).nullable(),
    /** Database time of the last change of progress.json that was seen. */
    activeAt: p.datetime(3).nullable(),
  },
});

export type AttemptRow = InferEntity<typeof AttemptEntity>;
