import { z } from 'zod';
import { pageQuerySchema, pageSchema } from '../../common/http/pagination.js';
import { STAGES } from '../../contracts/stage.js';
import { ATTEMPT_STATES, RUN_EVENT_TYPES, RUN_STATES, STEP_STATES } from '../run.states.js';

const runProblemSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'RunProblem' });

const time = z.string().describe('RFC 3339, UTC');
const count = z.number().int();
const countMap = z.record(z.string(), count);
const sourceCountsSchema = z.object({ in: count, kept: count, rejected: count, quarantined: count });

export const countsSchema = sourceCountsSchema
  .extend({
    rejectedByReason: countMap,
    quarantinedByReason: countMap,
    bySource: z.record(z.string(), sourceCountsSchema),
    byLanguage: countMap,
    tokens: count.nullable(),
  })
  .meta({ id: 'Counts' });

const attemptSchema = z
  .object({
    id: z.string(),
    number: count,
    state: z.enum(ATTEMPT_STATES),
    executor: z.enum(['local', 'kubernetes']),
    workload: z.record(z.string(), z.unknown()).nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    problem: runProblemSchema.nullable(),
  })
  .meta({ id: 'Attempt' });

const progressSchema = z
  .object({
    phase: z.string(),
    unitsDone: count,
    unitsTotal: count.nullable(),
    rows: count.nullable(),
    bytes: count.nullable(),
    updatedAt: time,
  })
  .meta({ id: 'Progress' });

export const stepSchema = z
  .object({
    id: z.string(),
    stage: z.enum(STAGES),
    state: z.enum(STEP_STATES),
    dataset: z.string(),
    versionKey: z.string(),
    version: z.string(),
    reusedFromRun: z.string().nullable(),
    attempts: z.array(attemptSchema),
    progress: progressSchema.nullable(),
    counts: countsSchema.nullable(),
    problem: runProblemSchema.nullable(),
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    nextAttemptAt: time.nullable(),
  })
  .meta({ id: 'Step' });

export const runSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    recipeDigest: z.string(),
    state: z.enum(RUN_STATES),
    revision: count.describe('Counts changes of state; the ETag'),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    problem: runProblemSchema.nullable(),
    dataset: z.string(),
    version: z.string().nullable().describe('name@12hex once the last step is done'),
    steps: z.array(stepSchema),
  })
  .meta({ id: 'Run' });

export const runEventSchema = z
  .object({
    id: count,
    runId: z.string(),
    stage: z.enum(STAGES).nullable(),
    attemptId: z.string().nullable(),
    type: z.enum(RUN_EVENT_TYPES),
    at: time,
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'RunEvent' });

export type RunDto = z.infer<typeof runSchema>;
export type StepDto = z.infer<typeof stepSchema>;
export type AttemptDto = z.infer<typeof attemptSchema>;
export type RunEventDto = z.infer<typeof runEventSchema>;

export const runPageSchema = pageSchema(runSchema, 'RunPage');
export const runEventPageSchema = pageSchema(runEventSchema, 'RunEventPage');
export const stepListSchema = z.object({ items: z.array(stepSchema) }).meta({ id: 'StepList' });

export const runListQuerySchema = pageQuerySchema.extend({
  state: z.enum(RUN_STATES).optional(),
  name: z.string().max(63).optional(),
});
export type RunListQuery = z.infer<typeof runListQuerySchema>;

export const runParamSchema = z.object({ id: z.string().min(1).max(64) });

export const logQuerySchema = z.object({
  stage: z.enum(STAGES).optional().describe('The latest started step where absent'),
  attempt: z.string().max(40).optional().describe('Attempt id or number; the latest where absent'),
  offset: z.coerce.number().int().min(0).default(0).describe('Bytes'),
});
export type LogQuery = z.infer<typeof logQuerySchema>;
