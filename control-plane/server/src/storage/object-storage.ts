import type { Readable } from 'node:stream';

export interface ObjectInfo {
  readonly uri: string;
  readonly bytes: number;
  /** Nanoseconds since 1970; 0 where the store does not tell. */
  readonly modifiedNs: bigint;
}

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/** One object store behind URIs. Every method takes absolute URIs of the store's scheme. */
export interface ObjectStorage {
  /** Root of the server's store, ends with '/'. */
  readonly rootUri: string;
  /** null where there is no such object. */
  stat(uri: string): Promise<ObjectInfo | null>;
  /** Whole object; null where there is none. */
  find(uri: string): Promise<Buffer | null>;
  /** Bytes of a range or of the whole object as a stream; throws ObjectMissing. */
  read(uri: string, range?: ByteRange): Promise<Readable>;
  /** Replaces the object as a whole: readers see the old or the new bytes. */
  put(uri: string, data: Uint8Array): Promise<void>;
  /** Creates the object where there is none; false where there is one, which stays as it is. */
  create(uri: string, data: Uint8Array): Promise<boolean>;
  /** Copies a local file into the store, replacing what is there. */
  putFile(uri: string, path: string, range?: ByteRange): Promise<void>;
  /** Throws StorageUnavailable where the store cannot be written. */
  check(): Promise<void>;
}
