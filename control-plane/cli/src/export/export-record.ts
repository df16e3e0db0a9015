import type { ParquetRow } from './parquet-rows.js';

/** One exported document; keys in the order of the design, then scores, then what the stage adds. */
export type ExportRecord = Readonly<Record<string, unknown>>;

/** Fields that every record has; null where the document has none. */
export const BASE_FIELDS = [
  'doc_id',
  'id',
  'url',
  'title',
  'source',
  'domain',
  'lang',
  'lang_score',
  'text',
  'metadata',
] as const;
/** Fields that a record has where its version has the column. */
const STAGE_FIELDS = [
  'author',
  'date',
  'licence',
  'opt_out',
  'lang_mix',
  'rule_values',
  'reason',
  'detail',
  'cluster_id',
  'cluster_size',
  'duplicate_of',
  'similarity',
  'pii',
] as const;
const SCORE_PREFIX = 'score_';

/** Whether a column of a version is exported. */
export function isExported(column: string): boolean {
  return (
    column.startsWith(SCORE_PREFIX) || [...BASE_FIELDS, ...STAGE_FIELDS].some((field) => field === column)
  );
}

/** Fields of the records of a file with these columns, in order. */
export function fieldsOf(columns: readonly string[]): readonly string[] {
  const scores = columns.filter((column) => column.startsWith(SCORE_PREFIX)).toSorted();
  return [...BASE_FIELDS, ...scores, ...STAGE_FIELDS.filter((field) => columns.includes(field))];
}

/** Makes a record of a row: metadata and language mix as objects, 64-bit integers as numbers. */
export function toRecord(row: ParquetRow, fields: readonly string[]): ExportRecord {
  return Object.fromEntries(
    fields.map((field) => {
      if (field === 'metadata') return [field, parseJson(row[field], {})];
      return [field, field === 'lang_mix' ? parseJson(row[field], null) : toPlain(row[field])];
    }),
  );
}

function parseJson(value: unknown, absent: object | null): unknown {
  if (typeof value !== 'string') return absent;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return absent;
  }
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toPlain(inner)]));
}
