import { z } from 'zod';
import { ruleVerdictSchema } from '../../explanations/dto/explanation.dto.js';
import { STAGES } from '../../contracts/stage.js';

const count = z.number().int();
const text = z.string().nullable();

export const traceSchema = z
  .object({
    dataset: z.string(),
    version: z.string(),
    document: z
      .object({
        docId: z.string(),
        id: text,
        url: text,
        title: text,
        source: text,
        domain: text,
        warcUri: text.describe('Input file as the recipe names it'),
        warcOffset: count.nullable().describe('Byte offset of the record'),
        fetchTime: text,
        lang: text,
        langScore: z.number().nullable(),
        clusterId: text.describe('doc_id of the survivor'),
        clusterSize: count.nullable(),
      })
      .nullable(),
    position: z
      .object({
        file: z.string(),
        token: count.describe('Index in the shard'),
        documentToken: count.describe("Index in the document's own stream, its end-of-text token counted"),
      })
      .nullable(),
    shards: z.array(
      z.object({
        file: z.string(),
        format: z.enum(['llmc', 'megatron', 'tfrecord']),
        firstToken: count,
        tokenCount: count,
        docOffset: count,
        epoch: count,
      }),
    ),
    stages: z.array(
      z.object({
        stage: z.enum(STAGES),
        dataset: z.string(),
        version: z.string(),
        decision: z.enum(['kept', 'rejected', 'absent']),
        reason: text,
        detail: text,
        duplicateOf: text,
        similarity: z.number().nullable(),
        rules: z
          .array(ruleVerdictSchema)
          .nullable()
          .describe('filter: what each rule said of the document; null for other stages'),
      }),
    ),
  })
  .meta({ id: 'Trace' });
export type TraceDto = z.infer<typeof traceSchema>;
export type TraceStageDto = TraceDto['stages'][number];
export type TraceShardDto = TraceDto['shards'][number];

export const traceQuerySchema = z
  .object({
    dataset: z.string().min(1).max(100),
    version: z
      .string()
      .regex(/^([0-9a-f]{12,64}|latest)$/, 'must be 12 to 64 hex digits, or latest')
      .default('latest'),
    file: z.string().max(1024).optional().describe('Shard, as the manifest names it; with token'),
    token: z.coerce.number().int().min(0).optional().describe('Index of the token in the shard, from 0'),
    doc: z.string().max(64).optional().describe('doc_id'),
    url: z.string().max(8192).optional(),
  })
  .refine(
    (query) =>
      [query.file ?? query.token, query.doc, query.url].filter((part) => part !== undefined).length === 1,
    {
      message: 'give file and token, or doc, or url',
    },
  )
  .refine((query) => (query.file === undefined) === (query.token === undefined), {
    message: 'file and token go together',
  });
export type TraceQuery = z.infer<typeof traceQuerySchema>;
