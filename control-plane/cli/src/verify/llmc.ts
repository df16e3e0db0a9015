import { readChunks } from '../files/hash-file.js';
import { StructureError } from './finding.js';
import { TokenRange } from './token-range.js';
import type { TokenWidth } from './token-range.js';

const HEADER_BYTES = 1024;
/** Magic and version of llm.c's two layouts, with the width of a token (karpathy/llm.c, dev/data/data_common.py). */
const LAYOUTS: readonly { readonly magic: number; readonly version: number; readonly width: TokenWidth }[] = [
  { magic: 20_240_520, version: 1, width: 2 },
  { magic: 20_240_801, version: 7, width: 4 },
];

/**
 * Checks an llm.c shard: magic, version, exact size, zero padding, ids within the vocabulary.
 * @returns the number of tokens that the header gives
 * @throws StructureError
 */
export async function checkLlmcShard(path: string, bytes: number, vocabSize: number | null): Promise<number> {
  const header = await readHeader(path);
  const magic = header.readInt32LE(0);
  const version = header.readInt32LE(4);
  const layout = LAYOUTS.find((known) => known.magic === magic && known.version === version);
  if (!layout)
    throw new StructureError('BAD_HEADER', `magic ${magic}, version ${version} is no llm.c layout`);
  const tokens = header.readInt32LE(8);
  if (tokens < 0) throw new StructureError('BAD_HEADER', `the header gives ${tokens} tokens`);
  const expected = HEADER_BYTES + layout.width * tokens;
  if (bytes !== expected)
    throw new StructureError('BAD_LENGTH', `${tokens} tokens take ${expected} bytes, the file has ${bytes}`);
  if (header.subarray(12).some((byte) => byte !== 0))
    throw new StructureError('BAD_HEADER', 'the header is not padded with zeros');
  await checkTokens(path, new TokenRange(layout.width, vocabSize));
  return tokens;
}

async function readHeader(path: string): Promise<Buffer> {
  for await (const chunk of readChunks(path, HEADER_BYTES)) {
    if (chunk.length === HEADER_BYTES) return Buffer.from(chunk);
  }
  throw new StructureError('BAD_HEADER', `the file is shorter than the header's ${HEADER_BYTES} bytes`);
}

async function checkTokens(path: string, range: TokenRange): Promise<void> {
  let skip = HEADER_BYTES;
  for await (const chunk of readChunks(path)) {
    const start = Math.min(skip, chunk.length);
    skip -= start;
    range.update(chunk.subarray(start));
  }
}
