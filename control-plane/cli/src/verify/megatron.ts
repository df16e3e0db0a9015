import { readFile } from 'node:fs/promises';

import { readChunks } from '../files/hash-file.js';
import { StructureError } from './finding.js';
import { TokenRange } from './token-range.js';
import type { TokenWidth } from './token-range.js';

/** Byte layout of NVIDIA/Megatron-LM, megatron/core/datasets/indexed_dataset.py. */
const MAGIC = Buffer.from('MMIDIDX\0\0', 'latin1');
const HEADER_BYTES = 34;
/** Widths of the dtype codes that token shards use: 4 is int32, 8 is uint16. */
const WIDTHS: Readonly<Record<number, TokenWidth>> = { 4: 4, 8: 2 };

/** What an index says of its shard. */
export interface MegatronIndex {
  readonly width: TokenWidth;
  readonly tokens: number;
  readonly sequences: number;
}

/**
 * Checks an index by itself: magic, version, exact size, pointers that are the running sum of the
 * lengths, document bounds from 0 to the number of sequences.
 * @throws StructureError
 */
export async function checkMegatronIndex(path: string): Promise<MegatronIndex> {
  const index = await readFile(path);
  if (index.length < HEADER_BYTES || !index.subarray(0, 9).equals(MAGIC))
    throw bad('the magic MMIDIDX is missing');
  if (index.readBigUInt64LE(9) !== 1n) throw bad(`version ${index.readBigUInt64LE(9)} is not 1`);
  const width = WIDTHS[index.readUInt8(17)];
  if (width === undefined) throw bad(`dtype code ${index.readUInt8(17)} is neither int32 nor uint16`);
  const sequences = Number(index.readBigUInt64LE(18));
  const bounds = Number(index.readBigUInt64LE(26));
  const expected = HEADER_BYTES + 12 * sequences + 8 * bounds;
  if (index.length !== expected)
    throw new StructureError(
      'BAD_LENGTH',
      `${sequences} sequences and ${bounds} bounds take ${expected} bytes, the index has ${index.length}`,
    );
  checkBounds(index.subarray(HEADER_BYTES + 12 * sequences), bounds, sequences);
  return { width, sequences, tokens: sumLengths(index, sequences, width) };
}

/**
 * Checks a shard against its index: exact size, ids within the vocabulary.
 * @throws StructureError
 */
export async function checkMegatronShard(
  path: string,
  bytes: number,
  index: MegatronIndex,
  vocabSize: number | null,
): Promise<number> {
  const expected = index.tokens * index.width;
  if (bytes !== expected)
    throw new StructureError(
      'BAD_LENGTH',
      `the index's ${index.tokens} tokens take ${expected} bytes, the file has ${bytes}`,
    );
  const range = new TokenRange(index.width, vocabSize);
  for await (const chunk of readChunks(path)) range.update(chunk);
  return index.tokens;
}

function sumLengths(index: Buffer, sequences: number, width: TokenWidth): number {
  const pointers = HEADER_BYTES + 4 * sequences;
  let tokens = 0;
  for (let sequence = 0; sequence < sequences; sequence += 1) {
    const length = index.readInt32LE(HEADER_BYTES + 4 * sequence);
    const pointer = index.readBigInt64LE(pointers + 8 * sequence);
    if (length < 0) throw bad(`sequence ${sequence} has ${length} tokens`);
    if (pointer !== BigInt(tokens * width))
      throw bad(`sequence ${sequence} points to byte ${pointer}, not ${tokens * width}`);
    tokens += length;
  }
  return tokens;
}

function checkBounds(table: Buffer, bounds: number, sequences: number): void {
  let previous = 0n;
  for (let bound = 0; bound < bounds; bound += 1) {
    const value = table.readBigInt64LE(8 * bound);
    if (bound === 0 ? value !== 0n : value < previous) throw bad(`document bound ${bound} is ${value}`);
    previous = value;
  }
  if (bounds === 0 || previous !== BigInt(sequences))
    throw bad(`the last document ends at sequence ${previous}, not ${sequences}`);
}

function bad(message: string): StructureError {
  return new StructureError('BAD_INDEX', message);
}
