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

/** A URL that serves an object's bytes to whoever holds it. */
export interface PresignedUrl {
  readonly url: string;
  readonly expiresAt: Date;
}

/** What is read of an object store. Every method takes absolute URIs of the store's scheme. */
export interface ObjectReader {
  /** null where there is no such object. */
  stat(uri: string): Promise<ObjectInfo | null>;
  /** Whole object; null where there is none. */
  find(uri: string): Promise<Buffer | null>;
  /** Bytes of a range or of the whole object as a stream; throws ObjectMissing. */
  read(uri: string, range?: ByteRange): Promise<Readable>;
  /** All objects whose URIs begin with `prefix`, which ends with '/' or within a name, in code unit order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
}

/** One object store behind URIs. */
export interface ObjectStorage extends ObjectReader {
  /** Root of the server's store, ends with '/'. */
  readonly rootUri: string;
  /** Replaces the object as a whole: readers see the old or the new bytes. */
  put(uri: string, data: Uint8Array): Promise<void>;
  /** Creates the object where there is none; false where there is one, which stays as it is. */
  create(uri: string, data: Uint8Array): Promise<boolean>;
  /** Copies a local file into the store, replacing what is there. */
  putFile(uri: string, path: string, range?: ByteRange): Promise<void>;
  /** A URL to read the object without us, for `seconds` at most; null where the store has none to give. */
  presign(uri: string, seconds: number): Promise<PresignedUrl | null>;
  /** Throws StorageUnavailable where the store cannot be written. */
  check(): Promise<void>;
}
