import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { RunState } from './run.states.js';
import type { ProblemRecord } from './problem-record.js';

/** One execution of a recipe. */
export const RunEntity = defineEntity({
  name: 'Run',
  tableName: 'runs',
  indexes: [{ properties: ['createdAt', 'id'] }, { properties: ['state', 'createdAt'] }],
  properties: {
    id: p.string().length(36).primary(),
    name: p.string().length(63).index(),
    recipeDigest: p.string().length(64),
    state: p.string().length(16).$type<RunState>(),
    /** Counts changes of `state`; the ETag. */
    revision: p.integer(),
    problem: p.json<ProblemRecord>().nullable(),
    createdAt: p.datetime(3),
    startedAt: p.datetime(3).nullable(),
    finishedAt: p.datetime(3).nullable(),
  },
});

export type RunRow = InferEntity<typeof RunEntity>;
