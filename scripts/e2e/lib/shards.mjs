import { readFileSync } from 'node:fs';

const LLMC_HEADER_BYTES = 1024;
const MEGATRON_HEADER_BYTES = 34;

/** Tokens of an llm.c shard, read by the rules of llm.c's data loader: magic, version, exact size. */
export function readLlmc(file) {
  const bytes = readFileSync(file);
  const [magic, version, count] = [bytes.readInt32LE(0), bytes.readInt32LE(4), bytes.readInt32LE(8)];
  if (magic !== 20240520 || version !== 1) throw new Error(`${file}: magic ${magic}, version ${version}`);
  if (bytes.length !== LLMC_HEADER_BYTES + 2 * count)
    throw new Error(`${file}: ${bytes.length} bytes for ${count} tokens`);
  return Array.from({ length: count }, (_, index) => bytes.readUInt16LE(LLMC_HEADER_BYTES + 2 * index));
}

/** Sequences of a Megatron shard, read by the rules of its IndexedDataset reader (uint16 tokens). */
export function readMegatron(binFile) {
  const index = readFileSync(binFile.replace(/\.bin$/, '.idx'));
  const tokens = readFileSync(binFile);
  if (index.toString('latin1', 0, 9) !== 'MMIDIDX\0\0' || index.readBigUInt64LE(9) !== 1n || index[17] !== 8)
    throw new Error(`${binFile}: not an index of uint16 tokens`);
  const sequences = Number(index.readBigUInt64LE(18));
  const documents = Number(index.readBigUInt64LE(26));
  const lengthsAt = MEGATRON_HEADER_BYTES;
  const pointersAt = lengthsAt + 4 * sequences;
  if (index.length !== pointersAt + 8 * sequences + 8 * documents)
    throw new Error(`${binFile}: index of ${index.length} bytes`);
  return Array.from({ length: sequences }, (_, position) => {
    const length = index.readInt32LE(lengthsAt + 4 * position);
    const start = Number(index.readBigInt64LE(pointersAt + 8 * position));
    return Array.from({ length }, (_unused, offset) => tokens.readUInt16LE(start + 2 * offset));
  });
}

/** SHA-256 by path of the files that must be equal byte for byte between any two runs. */
export const shardDigests = (manifest) =>
  Object.fromEntries(
    manifest.files
      .filter(({ role }) => ['shard', 'index', 'sidecar'].includes(role))
      .map(({ path, sha256 }) => [path, sha256]),
  );

/** Content digests by role: equal between any two runs, whatever the layout of the files. */
export const contentDigests = (manifest) => manifest.contentDigests;
