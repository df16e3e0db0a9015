import { z } from 'zod';
import { STAGES } from '../../contracts/stage.js';

const planSourceSchema = z.object({
  name: z.string(),
  kind: z.string(),
  domain: z.string(),
  files: z.number().int(),
  bytes: z.number().int(),
  missing: z.array(z.string()).describe('Named by the recipe, not there; will be quarantined'),
});

const planStepSchema = z.object({
  stage: z.enum(STAGES),
  dataset: z.string(),
  versionKey: z.string(),
  version: z.string().describe('dataset@ and the first 12 hex digits of the version key'),
  action: z.enum(['new', 'reused']),
  reusedFromRun: z.string().nullable(),
  estimate: z.object({
    bytesIn: z.number().int().nullable(),
    seconds: z.number().nullable().describe('From the speed of past runs of this stage; null without any'),
  }),
});

export const planSchema = z
  .object({
    recipe: z.object({ digest: z.string(), name: z.string() }),
    sources: z.array(planSourceSchema),
    steps: z.array(planStepSchema),
  })
  .meta({ id: 'Plan' });

export type PlanDto = z.infer<typeof planSchema>;
export type PlanStepDto = z.infer<typeof planStepSchema>;
