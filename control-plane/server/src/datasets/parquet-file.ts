import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import type { ObjectStorage } from '../storage/object-storage.js';

/** An open Parquet file: its bytes and its footer. */
export interface ParquetFile {
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/** A stored object as hyparquet reads it, by ranges. */
export function openParquet(storage: ObjectStorage, uri: string, bytes: number): AsyncBuffer {
  return {
    byteLength: bytes,
    slice: async (start, end = bytes) => {
      if (end <= start) return new ArrayBuffer(0);
      const slice = new Uint8Array(end - start);
      let filled = 0;
      for await (const chunk of await storage.read(uri, { start, end: end - 1 })) {
        slice.set(chunk as Uint8Array, filled);
        filled += (chunk as Uint8Array).byteLength;
      }
      if (filled !== slice.byteLength) throw new RangeError(`${uri} ended after ${start + filled} bytes`);
      return slice.buffer;
    },
  };
}
