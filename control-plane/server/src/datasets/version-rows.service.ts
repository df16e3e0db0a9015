import { Inject, Injectable } from '@nestjs/common';
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects, type RowGroup } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { OBJECT_STORAGE } from '../common/tokens.js';
import type { ManifestFile } from '../contracts/contracts.js';
import type { ObjectStorage } from '../storage/object-storage.js';
import type { VersionRow } from '../versions/version.entity.js';
import { columnBounds } from './column-bounds.js';
import { openParquet, type ParquetFile } from './parquet-file.js';
import { fileUri } from './version-files.service.js';

/** A row as JSON can hold it. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows `start` (inclusive) to `end` (exclusive) of one file. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** What to look for in one column. */
export interface RowSearch {
  readonly column: string;
  readonly value: string;
}

/** Long columns that no reader of single rows asks for. */
const BULK_COLUMNS = new Set(['tokens']);

/** Columns that only the stage which wrote them reads (docs/contracts/document.md). */
const OWN_PREFIX = '_';

/** Reason of a record that is no document at all (docs/contracts/reasons.md). */
const NO_DOCUMENT_REASON = 'record_type';

/** Rows of a version's Parquet files, a row group at a time. Row data goes to the caller and into no log. */
@Injectable()
export class VersionRowsService {
  constructor(@Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage) {}

  /** Opens a file: footer only. */
  async open(row: VersionRow, file: ManifestFile): Promise<ParquetFile> {
    const buffer = openParquet(this.storage, fileUri(row, file), file.bytes);
    return { buffer, metadata: await parquetMetadataAsync(buffer) };
  }

  /** Whole rows but for bulk columns, the stage's own and `omit`; 64-bit integers as numbers. */
  async read(file: ParquetFile, range: RowRange, omit: readonly string[] = []): Promise<Row[]> {
    const columns = columnsOf(file.metadata).filter(
      (name) => !BULK_COLUMNS.has(name) && !name.startsWith(OWN_PREFIX) && !omit.includes(name),
    );
    return (await readColumns(file, columns, range)).map(toJsonRow);
  }

  /** One column's values. */
  async readColumn(file: ParquetFile, column: string, range: RowRange): Promise<unknown[]> {
    return (await readColumns(file, [column], range)).map((row) => row[column]);
  }

  /**
   * The first row of a role where the column has the value, without its text; null where none has.
   * A record that is no document (the request beside a page has the page's URL) only where nothing else has.
   * Row groups whose bounds exclude the value are not read, and only the column is read of others.
   */
  async find(row: VersionRow, role: ManifestFile['role'], search: RowSearch): Promise<Row | null> {
    let noDocument: Row | null = null;
    for (const manifestFile of row.manifest.files.filter((one) => one.role === role)) {
      const file = await this.open(row, manifestFile);
      for await (const index of this.matches(file, search)) {
        const [found] = await this.read(file, { start: index, end: index + 1 }, ['text', 'pii']);
        if (found !== undefined && found['reason'] !== NO_DOCUMENT_REASON) return found;
        noDocument ??= found ?? null;
      }
    }
    return noDocument;
  }

  /** Every row of a file where the column has the value. */
  async findAll(file: ParquetFile, search: RowSearch): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const index of this.matches(file, search))
      rows.push(...(await this.read(file, { start: index, end: index + 1 })));
    return rows;
  }

  /** Positions of the rows of a file where the column has the value. */
  async *matches(file: ParquetFile, search: RowSearch): AsyncGenerator<number> {
    if (!columnsOf(file.metadata).includes(search.column)) return;
    for (const group of rowGroups(file.metadata)) {
      const bounds = columnBounds(group.rowGroup, search.column);
      if (bounds !== null && !bounds.mayContain(search.value)) continue;
      const values = await this.readColumn(file, search.column, group.range);
      for (const [offset, value] of values.entries())
        if (value === search.value) yield group.range.start + offset;
    }
  }
}

/** Row groups with the rows that they hold. */
export function rowGroups(
  metadata: FileMetaData,
): readonly { readonly rowGroup: RowGroup; readonly range: RowRange }[] {
  let start = 0;
  return metadata.row_groups.map((rowGroup) => {
    const range = { start, end: start + Number(rowGroup.num_rows) };
    start = range.end;
    return { rowGroup, range };
  });
}

/** Top-level columns of a file. */
export function columnsOf(metadata: FileMetaData): readonly string[] {
  const names =
    metadata.row_groups[0]?.columns.map((column) => column.meta_data?.path_in_schema[0] ?? '') ?? [];
  return [...new Set(names)].filter((name) => name !== '');
}

function readColumns(
  file: ParquetFile,
  columns: readonly string[],
  range: RowRange,
): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({
    file: file.buffer,
    metadata: file.metadata,
    columns: [...columns],
    rowStart: range.start,
    rowEnd: range.end,
    compressors,
    useOffsetIndex: true,
  });
}

function toJsonRow(row: Record<string, unknown>): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJson(value)]));
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  return typeof value === 'object' && value !== null
    ? toJsonRow(value as Record<string, unknown>)
    : (value ?? null);
}
