import { z } from 'zod';
import { pageQuerySchema, pageSchema } from '../../common/http/pagination.js';
import { STAGES } from '../../contracts/stage.js';

const time = z.string().describe('RFC 3339, UTC');
const count = z.number().int();
const digest = z.string().describe('SHA-256, 64 hex digits');
const countMap = z.record(z.string(), count);
const sourceCounts = z.object({ in: count, kept: count, rejected: count, quarantined: count });

export const datasetSchema = z
  .object({
    name: z.string(),
    stage: z.enum(STAGES),
    latest: z.string().describe('First 12 hex digits of the latest version'),
    versions: count,
    updatedAt: time,
    documents: count.nullable().describe('Of the latest version'),
    tokens: count.nullable().describe('Of the latest version; null before tokenize'),
    bytes: count.describe('Of the latest version'),
  })
  .meta({ id: 'Dataset' });
export type DatasetDto = z.infer<typeof datasetSchema>;

export const versionSchema = z
  .object({
    dataset: z.string(),
    id: z.string().describe('First 12 hex digits of the version key'),
    versionKey: digest,
    stage: z.enum(STAGES),
    createdAt: time,
    runId: z.string(),
    aliases: z.array(z.string()),
    counts: sourceCounts
      .extend({
        rejectedByReason: countMap,
        quarantinedByReason: countMap,
        bySource: z.record(z.string(), sourceCounts),
        byLanguage: countMap,
        tokens: count.nullable(),
      })
      .meta({ id: 'VersionCounts' }),
    tokens: count.nullable(),
    bytes: count,
    files: count,
    contentDigests: z.record(z.string(), z.string()),
    manifestSha256: digest,
    codeVersion: digest,
    settings: z.record(z.string(), z.unknown()),
    chunkTokens: count
      .nullable()
      .describe(
        'Tokens of a chunk as the recipe of the last run that made or reused it exports them; null: none',
      ),
    tokenizer: z
      .object({ name: z.string(), sha256: digest, vocabSize: count, endOfTextId: count })
      .nullable(),
  })
  .meta({ id: 'Version' });
export type VersionDto = z.infer<typeof versionSchema>;

const versionFileSchema = z
  .object({
    path: z.string(),
    role: z.enum([
      'documents',
      'rejected',
      'quarantine',
      'shard',
      'index',
      'sidecar',
      'provenance',
      'signatures',
    ]),
    format: z.enum(['parquet', 'llmc', 'megatron', 'tfrecord']),
    bytes: count,
    sha256: digest,
    rows: count.nullable(),
    tokens: count.nullable(),
  })
  .meta({ id: 'VersionFile' });
export type VersionFileDto = z.infer<typeof versionFileSchema>;

export const lineageSchema = z
  .object({
    nodes: z.array(
      z.object({
        dataset: z.string(),
        version: z.string(),
        versionKey: digest,
        stage: z.enum(STAGES),
        runId: z.string(),
        createdAt: time,
      }),
    ),
    edges: z
      .array(z.object({ from: digest, to: digest }))
      .describe('Version keys, from an input to what was made of it'),
    sources: z.array(
      z.object({ name: z.string(), kind: z.string(), domain: z.string(), files: count, bytes: count }),
    ),
  })
  .meta({ id: 'Lineage' });
export type LineageDto = z.infer<typeof lineageSchema>;

export const datasetPageSchema = pageSchema(datasetSchema, 'DatasetPage');
export const versionPageSchema = pageSchema(versionSchema, 'VersionPage');
export const versionFilePageSchema = pageSchema(versionFileSchema, 'VersionFilePage');
export const documentPageSchema = pageSchema(z.record(z.string(), z.unknown()), 'DocumentPage');

export const datasetListQuerySchema = pageQuerySchema.extend({
  name: z.string().max(100).optional().describe('Only names that contain this'),
});
export type DatasetListQuery = z.infer<typeof datasetListQuerySchema>;

export const documentQuerySchema = pageQuerySchema.extend({
  role: z.enum(['documents', 'rejected', 'quarantine', 'provenance']).default('documents'),
  reason: z.string().max(100).optional().describe('Only rows with this reason'),
});
export type DocumentQuery = z.infer<typeof documentQuerySchema>;

const name = z.string().min(1).max(100).describe('Dataset, URL-encoded');
const version = z
  .string()
  .regex(/^([0-9a-f]{12,64}|latest)$/, 'must be 12 to 64 hex digits, or latest')
  .describe('First 12 or more hex digits of the version key, or latest');

export const datasetParamSchema = z.object({ name });
export const versionParamSchema = z.object({ name, version });
export type VersionParam = z.infer<typeof versionParamSchema>;

export const fileParamSchema = versionParamSchema.extend({
  path: z
    .union([z.string(), z.array(z.string())])
    .transform((path) => (typeof path === 'string' ? path : path.join('/')))
    .describe('Path of the file in the manifest'),
});
export type FileParam = z.infer<typeof fileParamSchema>;

export const fileUrlSchema = z
  .object({
    url: z.string().nullable().describe('To be fetched without a bearer token; null: the store has none'),
    expiresAt: z.string().nullable().describe('RFC 3339; a transfer that has begun by then is not cut off'),
  })
  .meta({ id: 'FileUrl' });
export type FileUrlDto = z.infer<typeof fileUrlSchema>;
