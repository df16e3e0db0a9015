import { join } from 'node:path';

import type { Manifest, ManifestFile } from '../manifest/manifest.js';
import { StructureError } from './finding.js';
import { checkLlmcShard } from './llmc.js';
import { checkMegatronIndex, checkMegatronShard } from './megatron.js';
import { checkSidecar, countParquetRows } from './sidecar.js';
import { checkTfrecord } from './tfrecord.js';

/**
 * Checks a file's inside against its format and the manifest; size and SHA-256 were right.
 * @throws StructureError for the first thing that is wrong
 */
export async function checkStructure(folder: string, file: ManifestFile, manifest: Manifest): Promise<void> {
  const path = join(folder, file.path);
  if (file.role === 'shard') {
    requireTokens(file, await countShardTokens(folder, file, manifest));
    requireSidecar(file, manifest);
  } else if (file.role === 'index') {
    const index = await checkMegatronIndex(path);
    requireRows(file, index.sequences);
  } else if (file.role === 'sidecar') {
    const sidecar = await checkSidecar(path, file.bytes);
    requireRows(file, sidecar.rows);
    requireSidecarTokens(file, sidecar.tokens, manifest);
  } else if (file.format === 'parquet') requireRows(file, await countParquetRows(path, file.bytes));
}

async function countShardTokens(folder: string, file: ManifestFile, manifest: Manifest): Promise<number> {
  const path = join(folder, file.path);
  if (file.format === 'llmc') return checkLlmcShard(path, file.bytes, manifest.vocabSize);
  if (file.format === 'tfrecord') {
    const content = await checkTfrecord(path);
    requireRows(file, content.records);
    return content.tokens;
  }
  const indexFile = manifest.files.find(
    (other) => other.role === 'index' && other.path === file.path.replace(/\.bin$/, '.idx'),
  );
  if (!indexFile) throw new StructureError('BAD_INDEX', 'the manifest has no .idx for it');
  const index = await checkMegatronIndex(join(folder, indexFile.path)).catch((error: unknown) => {
    if (error instanceof StructureError) throw error;
    throw new StructureError('BAD_INDEX', `${indexFile.path} cannot be read`);
  });
  return checkMegatronShard(path, file.bytes, index, manifest.vocabSize);
}

function requireTokens(file: ManifestFile, tokens: number): void {
  if (file.tokens !== null && file.tokens !== tokens) {
    throw new StructureError(
      'TOKEN_COUNT_MISMATCH',
      `it has ${tokens} tokens, the manifest has ${file.tokens}`,
    );
  }
}

function requireRows(file: ManifestFile, rows: number): void {
  if (file.rows === null || file.rows === rows) return;
  const code =
    file.role === 'index'
      ? 'BAD_INDEX'
      : file.role === 'sidecar'
        ? 'BAD_SIDECAR'
        : file.role === 'shard'
          ? 'BAD_RECORD'
          : 'BAD_PARQUET';
  throw new StructureError(code, `it has ${rows} rows, the manifest has ${file.rows}`);
}

function requireSidecar(file: ManifestFile, manifest: Manifest): void {
  const name = sidecarOf(file.path);
  if (!manifest.files.some((other) => other.role === 'sidecar' && other.path === name)) {
    throw new StructureError('BAD_SIDECAR', `the manifest has no ${name} for it`);
  }
}

function requireSidecarTokens(file: ManifestFile, tokens: number, manifest: Manifest): void {
  const shard = manifest.files.find((other) => other.role === 'shard' && sidecarOf(other.path) === file.path);
  if (shard?.tokens !== undefined && shard.tokens !== null && shard.tokens !== tokens) {
    throw new StructureError(
      'BAD_SIDECAR',
      `its pieces sum up to ${tokens} tokens, the shard has ${shard.tokens}`,
    );
  }
}

function sidecarOf(shardPath: string): string {
  return shardPath.replace(/\.(?:bin|tfrecord)$/, '.docs.parquet');
}
