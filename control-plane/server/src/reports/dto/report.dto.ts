import { z } from 'zod';
import { STAGES } from '../../contracts/stage.js';

const count = z.number().int();
const countMap = z.record(z.string(), count);

const funnelStageSchema = z
  .object({
    stage: z.enum(STAGES),
    dataset: z.string(),
    version: z.string(),
    in: count,
    kept: count,
    rejected: count,
    quarantined: count,
    rejectedByReason: countMap,
    quarantinedByReason: countMap,
    bySource: z.record(z.string(), z.object({ in: count, kept: count, rejected: count, quarantined: count })),
    byLanguage: countMap.describe('Kept documents'),
    tokens: count.nullable(),
    wallSeconds: z.number(),
    report: z.record(z.string(), z.unknown()).describe('What only this stage has to say'),
  })
  .meta({ id: 'FunnelStage' });
export type FunnelStageDto = z.infer<typeof funnelStageSchema>;

export const reportSchema = z
  .object({
    dataset: z.string(),
    version: z.string(),
    tokens: count.nullable(),
    funnel: z.array(funnelStageSchema).describe('From extract to this version'),
  })
  .meta({ id: 'Report' });
export type ReportDto = z.infer<typeof reportSchema>;
