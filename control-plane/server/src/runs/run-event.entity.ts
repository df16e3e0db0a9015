import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Stage } from '../contracts/stage.js';
import type { RunEventType } from './run.states.js';

/** One state change of a run; written in the transaction that makes the change. */
export const RunEventEntity = defineEntity({
  name: 'RunEvent',
  tableName: 'run_events',
  indexes: [{ properties: ['runId', 'id'] }],
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    runId: p.string().length(36),
    stage: p.string().length(16).$type<Stage>().nullable(),
    attemptId: p.string().length(40).nullable(),
    type: p.string().length(32).$type<RunEventType>(),
    at: p.datetime(3),
    data: p.json<Record<string, unknown>>(),
  },
});

export type RunEventRow = InferEntity<typeof RunEventEntity>;
