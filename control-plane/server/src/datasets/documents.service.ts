import { Injectable } from '@nestjs/common';
import { RequestInvalid } from '../common/errors.js';
import { decodeCursor, encodeCursor, type Page } from '../common/http/pagination.js';
import type { ManifestFile } from '../contracts/contracts.js';
import type { VersionRow } from '../versions/version.entity.js';
import type { DocumentQuery } from './dto/dataset.dto.js';
import type { ParquetFile } from './parquet-file.js';
import { columnsOf, type Row, type RowRange, rowGroups, VersionRowsService } from './version-rows.service.js';

/** A page stops here, so that long documents cannot make an answer of gigabytes. */
const MAX_PAGE_CHARACTERS = 16_000_000;
/** Rows that one request looks at in search of a reason; the page may then be short, with a cursor. */
const MAX_ROWS_SEARCHED = 200_000;
/** Rows read at once: a page of long documents is not read ahead by much. */
const READ_BATCH = 50;

/** Where a page begins: a file of the role, and a row in it. */
interface Position {
  readonly file: number;
  readonly row: number;
}

/** Pages of rows of a version's documents, rejected documents or quarantined records. */
@Injectable()
export class DocumentsService {
  constructor(private readonly rows: VersionRowsService) {}

  /** Rows in the order of the manifest's files. Bulk columns (`tokens`) are left out. */
  async list(row: VersionRow, query: DocumentQuery): Promise<Page<Row>> {
    const files = row.manifest.files.filter((file) => file.role === query.role);
    const page = new PageBuilder(query.limit);
    let position = parsePosition(query.cursor);
    while (position.file < files.length && !page.isFull()) {
      const rest = await this.addRows(
        page,
        { row, file: files[position.file]!, from: position.row },
        query.reason,
      );
      position = rest === null ? { file: position.file + 1, row: 0 } : { file: position.file, row: rest };
    }
    const nextCursor = position.file < files.length ? encodeCursor([position.file, position.row]) : null;
    return { items: page.items, nextCursor };
  }

  /** Adds rows of one file; the row to go on at, or null at the file's end. */
  private async addRows(
    page: PageBuilder,
    source: { readonly row: VersionRow; readonly file: ManifestFile; readonly from: number },
    reason: string | undefined,
  ): Promise<number | null> {
    const file = await this.rows.open(source.row, source.file);
    const total = Number(file.metadata.num_rows);
    if (reason !== undefined) return this.fillMatching(page, file, { from: source.from, reason });
    let at = source.from;
    while (at < total && !page.isFull()) {
      const end = Math.min(total, at + Math.min(READ_BATCH, page.room()));
      at += page.add(await this.rows.read(file, { start: at, end }));
    }
    return at < total ? at : null;
  }

  private async fillMatching(
    page: PageBuilder,
    file: ParquetFile,
    search: { readonly from: number; readonly reason: string },
  ): Promise<number | null> {
    if (!columnsOf(file.metadata).includes('reason')) return null;
    for (const { range } of rowGroups(file.metadata)) {
      if (range.end <= search.from) continue;
      const start = Math.max(range.start, search.from);
      const stop = await this.fillFromGroup(page, file, {
        range: { start, end: range.end },
        reason: search.reason,
      });
      if (stop !== null) return stop;
    }
    return null;
  }

  private async fillFromGroup(
    page: PageBuilder,
    file: ParquetFile,
    search: { readonly range: RowRange; readonly reason: string },
  ): Promise<number | null> {
    const { range, reason } = search;
    const reasons = await this.rows.readColumn(file, 'reason', range);
    for (const [offset, value] of reasons.entries()) {
      const at = range.start + offset;
      if (page.isFull()) return at;
      page.looked();
      if (value === reason) page.add(await this.rows.read(file, { start: at, end: at + 1 }));
    }
    return page.isFull() ? range.end : null;
  }
}

/** Collects rows up to a number of rows and of characters. */
class PageBuilder {
  readonly items: Row[] = [];
  private characters = 0;
  private searched = 0;

  constructor(private readonly limit: number) {}

  isFull(): boolean {
    return (
      this.items.length >= this.limit ||
      this.characters >= MAX_PAGE_CHARACTERS ||
      this.searched >= MAX_ROWS_SEARCHED
    );
  }

  room(): number {
    return this.limit - this.items.length;
  }

  looked(): void {
    this.searched += 1;
  }

  /** Adds rows until the page is full; how many were added. */
  add(rows: readonly Row[]): number {
    let added = 0;
    for (const row of rows) {
      if (this.isFull()) break;
      this.items.push(row);
      this.characters += lengthOf(row);
      added += 1;
    }
    return added;
  }
}

function lengthOf(row: Row): number {
  const { text, metadata } = row;
  return [text, metadata].reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 0),
    200,
  );
}

function parsePosition(cursor: string | undefined): Position {
  const [file = 0, row = 0] = decodeCursor(cursor, 2) ?? [];
  if ([file, row].every((part) => Number.isSafeInteger(part) && Number(part) >= 0))
    return { file: Number(file), row: Number(row) };
  throw new RequestInvalid('cursor is not one of ours; take nextCursor of the page before', [
    { pointer: '/cursor', message: 'not a cursor' },
  ]);
}
