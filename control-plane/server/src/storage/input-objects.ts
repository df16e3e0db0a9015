import type { Readable } from 'node:stream';
import { isS3Uri } from '../contracts/s3-uri.js';
import type { ByteRange, ObjectInfo, ObjectReader } from './object-storage.js';

/** What recipes name: objects of either scheme, whatever the store's own is. */
export class InputObjects implements ObjectReader {
  constructor(
    private readonly files: ObjectReader,
    private readonly s3: ObjectReader,
  ) {}

  stat(uri: string): Promise<ObjectInfo | null> {
    return this.of(uri).stat(uri);
  }

  find(uri: string): Promise<Buffer | null> {
    return this.of(uri).find(uri);
  }

  read(uri: string, range?: ByteRange): Promise<Readable> {
    return this.of(uri).read(uri, range);
  }

  list(prefix: string): AsyncIterable<ObjectInfo> {
    return this.of(prefix).list(prefix);
  }

  private of(uri: string): ObjectReader {
    return isS3Uri(uri) ? this.s3 : this.files;
  }
}
