import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

import { openLocalParquet } from '../parquet/local-file.js';
import { StructureError } from './finding.js';

/** What a sidecar says of its shard. */
export interface SidecarContent {
  readonly rows: number;
  readonly tokens: number;
}

const COLUMNS = ['first_token', 'token_count'];

/**
 * Reads a `.docs.parquet`, a row group at a time: pieces follow each other without a gap from
 * token 0 on.
 * @throws StructureError
 */
export async function checkSidecar(path: string, bytes: number): Promise<SidecarContent> {
  const file = await openLocalParquet(path, bytes);
  try {
    const metadata = await parquetMetadataAsync(file);
    let rowStart = 0;
    let tokens = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({
        file,
        metadata,
        columns: COLUMNS,
        rowStart,
        rowEnd,
        compressors,
      });
      for (const [index, row] of rows.entries()) tokens = nextToken(row, tokens, rowStart + index);
      rowStart = rowEnd;
    }
    return { rows: rowStart, tokens };
  } catch (error) {
    if (error instanceof StructureError) throw error;
    throw new StructureError(
      'BAD_SIDECAR',
      'it is no readable Parquet file with first_token and token_count',
    );
  } finally {
    await file.close();
  }
}

/**
 * Rows of any other Parquet file, from its footer.
 * @throws StructureError
 */
export async function countParquetRows(path: string, bytes: number): Promise<number> {
  const file = await openLocalParquet(path, bytes);
  try {
    return Number((await parquetMetadataAsync(file)).num_rows);
  } catch {
    throw new StructureError('BAD_PARQUET', 'it is no readable Parquet file');
  } finally {
    await file.close();
  }
}

function nextToken(row: Readonly<Record<string, unknown>>, expected: number, index: number): number {
  const first = Number(row['first_token']);
  const count = Number(row['token_count']);
  if (first !== expected)
    throw new StructureError('BAD_SIDECAR', `row ${index} begins at token ${first}, not ${expected}`);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new StructureError('BAD_SIDECAR', `row ${index} has ${count} tokens`);
  return first + count;
}
