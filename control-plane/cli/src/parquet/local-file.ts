import { open } from 'node:fs/promises';

import type { AsyncBuffer } from 'hyparquet';

/** A file on disk as hyparquet reads it; closed by `close`. */
export interface LocalParquet extends AsyncBuffer {
  close(): Promise<void>;
}

/** Opens a file of `bytes` bytes. */
export async function openLocalParquet(path: string, bytes: number): Promise<LocalParquet> {
  const handle = await open(path, 'r');
  return {
    byteLength: bytes,
    slice: async (start, end = bytes) => {
      const buffer = new ArrayBuffer(Math.max(0, end - start));
      let filled = 0;
      while (filled < buffer.byteLength) {
        const { bytesRead } = await handle.read(
          new Uint8Array(buffer, filled),
          0,
          buffer.byteLength - filled,
          start + filled,
        );
        if (bytesRead === 0) throw new RangeError(`${path} ends before byte ${end}`);
        filled += bytesRead;
      }
      return buffer;
    },
    close: () => handle.close(),
  };
}
