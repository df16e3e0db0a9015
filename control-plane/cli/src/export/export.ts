import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { TextOutput } from '../context.js';
import { CliError, EXIT } from '../errors.js';
import { syncFolder } from '../files/atomic-write.js';
import { isErrno } from '../files/errno.js';
import { streamChunks } from './chunk-stream.js';
import { streamDocuments } from './document-stream.js';
import type { RecordBatch } from './document-stream.js';
import { jsonlOutput, openJsonlFile } from './jsonl-writer.js';
import { openParquetFile } from './parquet-writer.js';
import type { RecordWriter } from './record-writer.js';
import type { VersionSource } from './version-source.js';

/** What to export. */
export interface ExportRequest {
  readonly source: VersionSource;
  readonly rejected: boolean;
  /** Most tokens of a chunk; null for whole documents. */
  readonly chunkTokens: number | null;
  /** Documents at most; null for all. */
  readonly limit: number | null;
  readonly onDocuments: (count: number) => void;
}

/** Formats of an export. */
export type ExportFormat = 'jsonl' | 'parquet';

/**
 * Exports into a file. It is written beside its name and renamed when it is whole.
 * @returns the number of documents
 */
export async function exportToFile(
  path: string,
  format: ExportFormat,
  request: ExportRequest,
): Promise<number> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const writer = format === 'jsonl' ? await openJsonlFile(temporary) : openParquetFile(temporary);
    const count = await writeAll(writer, request);
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return count;
  } catch (error) {
    await rm(temporary, { force: true });
    throw explain(path, error);
  }
}

/** Exports JSON Lines to standard output. */
export function exportToOutput(output: TextOutput, request: ExportRequest): Promise<number> {
  return writeAll(jsonlOutput(output), request);
}

async function writeAll(writer: RecordWriter, request: ExportRequest): Promise<number> {
  const limit = request.limit ?? Number.POSITIVE_INFINITY;
  let count = 0;
  try {
    for await (const batch of streamOf(request)) {
      const records = batch.records.slice(0, limit - count);
      if (records.length > 0) await writer.write({ fields: batch.fields, records });
      count += records.length;
      request.onDocuments(count);
      if (count >= limit) break;
    }
    await writer.finish();
    return count;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

function streamOf({ source, rejected, chunkTokens }: ExportRequest): AsyncGenerator<RecordBatch> {
  return chunkTokens === null ? streamDocuments(source, rejected) : streamChunks(source, chunkTokens);
}

function explain(path: string, error: unknown): unknown {
  if (isErrno(error, 'ENOSPC') || isErrno(error, 'EDQUOT')) {
    return new CliError(
      'DISK_FULL',
      EXIT.failed,
      `the disk of ${path} is full; nothing was left there. Free some space or choose another file`,
      { cause: error },
    );
  }
  if (isErrno(error, 'ENOENT')) {
    return new CliError('FOLDER_NOT_FOUND', EXIT.usage, `there is no folder ${dirname(path)}`, {
      cause: error,
    });
  }
  return error;
}
