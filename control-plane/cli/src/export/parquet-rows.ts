import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

import type { ManifestFile } from '../manifest/manifest.js';
import type { VersionSource } from './version-source.js';

/** A row as hyparquet gives it. */
export type ParquetRow = Readonly<Record<string, unknown>>;

/** An open file of a version. */
export interface OpenParquet {
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly string[];
}

/** Rows of a file that are held at once. */
const BATCH_ROWS = 1000;

/** Opens a file: one request for its footer. */
export async function openRemoteParquet(source: VersionSource, file: ManifestFile): Promise<OpenParquet> {
  const buffer: AsyncBuffer = {
    byteLength: file.bytes,
    slice: (start, end = file.bytes) =>
      end > start ? source.readFile(file.path, start, end) : new ArrayBuffer(0),
  };
  const metadata = await parquetMetadataAsync(buffer);
  return { buffer, metadata, columns: columnsOf(metadata) };
}

/** Rows in order, a batch at a time; a batch never crosses a row group. */
export async function* readBatches(
  file: OpenParquet,
  wanted: (column: string) => boolean,
): AsyncGenerator<ParquetRow[]> {
  const columns = file.columns.filter(wanted);
  let groupStart = 0;
  for (const group of file.metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    const buffer = holdGroup(file.buffer, group);
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += BATCH_ROWS) {
      const rowEnd = Math.min(groupEnd, rowStart + BATCH_ROWS);
      yield await parquetReadObjects({
        file: buffer,
        metadata: file.metadata,
        columns,
        rowStart,
        rowEnd,
        compressors,
        useOffsetIndex: true,
      });
    }
    groupStart = groupEnd;
  }
}

/** Keeps the chunks of one row group, so that its batches do not fetch them again. */
function holdGroup(buffer: AsyncBuffer, group: FileMetaData['row_groups'][number]): AsyncBuffer {
  const held = new Map<string, Promise<ArrayBuffer>>();
  const chunks = group.columns.map((column) => chunkRange(column.meta_data));
  return {
    byteLength: buffer.byteLength,
    slice: async (start, end = buffer.byteLength) => {
      const chunk = chunks.find((range) => range.start <= start && end <= range.end);
      if (chunk === undefined) return buffer.slice(start, end);
      const key = `${chunk.start}`;
      const whole = held.get(key) ?? Promise.resolve(buffer.slice(chunk.start, chunk.end));
      held.set(key, whole);
      return (await whole).slice(start - chunk.start, end - chunk.start);
    },
  };
}

function chunkRange(meta: FileMetaData['row_groups'][number]['columns'][number]['meta_data']): {
  readonly start: number;
  readonly end: number;
} {
  if (meta === undefined) return { start: 0, end: 0 };
  const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
  return { start, end: start + Number(meta.total_compressed_size) };
}

function columnsOf(metadata: FileMetaData): readonly string[] {
  const names =
    metadata.row_groups[0]?.columns.map((column) => column.meta_data?.path_in_schema[0] ?? '') ?? [];
  return [...new Set(names)];
}
