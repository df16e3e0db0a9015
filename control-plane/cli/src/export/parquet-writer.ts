import { open } from 'node:fs/promises';

import type { SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { BasicType, ColumnSource } from 'hyparquet-writer';

import { BASE_FIELDS } from './export-record.js';
import type { RecordBatch } from './document-stream.js';
import type { RecordWriter } from './record-writer.js';

const DOUBLES = new Set(['lang_score', 'similarity']);
const INTEGERS = new Set(['cluster_size']);
/** Nested values are JSON text, so that every reader takes the file. */
const JSON_FIELDS = new Set(['metadata', 'lang_mix', 'pii', 'rule_values']);

/** Snappy Parquet into a file: a row group per batch, so memory does not grow with the export. */
export function openParquetFile(path: string): RecordWriter {
  const writer = fileWriter(path);
  let parquet: ParquetWriter | null = null;
  let fields: readonly string[] = BASE_FIELDS;
  const begin = (batch: RecordBatch): ParquetWriter => {
    fields = batch.fields;
    return new ParquetWriter({ writer, schema: buildSchema(fields) });
  };
  return {
    write: async (batch) => {
      parquet ??= begin(batch);
      await parquet.write({
        columnData: fields.map((field) => buildColumn(field, batch)),
        rowGroupSize: batch.records.length,
      });
    },
    finish: async () => {
      parquet ??= begin({ fields, records: [] });
      await parquet.finish();
      const handle = await open(path, 'r');
      await handle.sync();
      await handle.close();
    },
    abort: () => Promise.resolve(),
  };
}

function buildSchema(fields: readonly string[]): SchemaElement[] {
  return schemaFromColumnData({
    columnData: fields.map((name) => ({ name, data: [], type: typeOf(name), nullable: true })),
  });
}

function buildColumn(name: string, batch: RecordBatch): ColumnSource {
  return { name, data: batch.records.map((record) => toCell(name, record[name])) };
}

function typeOf(field: string): BasicType {
  if (DOUBLES.has(field) || field.startsWith('score_')) return 'DOUBLE';
  return INTEGERS.has(field) ? 'INT64' : 'STRING';
}

function toCell(field: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (JSON_FIELDS.has(field)) return JSON.stringify(value);
  return INTEGERS.has(field) ? BigInt(Number(value)) : value;
}
