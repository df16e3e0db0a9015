import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const CHUNK_BYTES = 1 << 20;

/** SHA-256 of a file's first `bytes` bytes, open to be continued. Never follows a symbolic link. */
export async function hashPrefix(path: string, bytes: number): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const chunk of readChunks(path, bytes)) hash.update(chunk);
  return hash;
}

/** A regular file's bytes in order, at most `bytes` of them. The chunk is reused: copy what you keep. */
export async function* readChunks(path: string, bytes = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let left = bytes;
    while (left > 0) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK_BYTES, left), null);
      if (bytesRead === 0) return;
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
