import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  DeleteObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { randomToken } from '../common/ids.js';
import type { ByteRange, ObjectInfo, ObjectStorage, PresignedUrl } from './object-storage.js';
import { resumingStream, type S3Answer } from './s3-body.js';
import { parseS3Uri, type S3Place } from '../contracts/s3-uri.js';
import { ObjectMissing, StorageUnavailable } from './storage.errors.js';

const NS_PER_SECOND = 1_000_000_000n;
const PART_BYTES = 8 * 1024 * 1024;
const CONFLICT_TRIES = 5;

/** Objects in S3. Conditional create is `If-None-Match: *`; what breaks is tried again by the client. */
export class S3Storage implements ObjectStorage {
  private isWritable = false;

  constructor(
    readonly rootUri: string,
    private readonly client: S3Client,
  ) {}

  async stat(uri: string): Promise<ObjectInfo | null> {
    const place = placeOf(uri);
    if (place.key === '') return null;
    try {
      const found = await this.client.send(new HeadObjectCommand(inputOf(place)));
      return infoOf(uri, found.ContentLength, found.LastModified);
    } catch (error) {
      if (isAbsent(error)) return null;
      throw new StorageUnavailable(uri, error);
    }
  }

  async find(uri: string): Promise<Buffer | null> {
    try {
      return await buffer(await this.read(uri));
    } catch (error) {
      if (error instanceof ObjectMissing) return null;
      throw error instanceof StorageUnavailable ? error : new StorageUnavailable(uri, error);
    }
  }

  async read(uri: string, range?: ByteRange): Promise<Readable> {
    const start = range?.start ?? 0;
    const first = await this.open(uri, start, range?.end);
    return resumingStream(first, start, (position) => this.open(uri, position, range?.end));
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const { bucket, key } = placeOf(prefix);
    try {
      const pages = paginateListObjectsV2({ client: this.client }, { Bucket: bucket, Prefix: key });
      for await (const { Contents: objects = [] } of pages) {
        yield* objects
          .filter(({ Key: name = '' }) => !name.endsWith('/'))
          .map(({ Key: name, Size, LastModified }) => infoOf(`s3://${bucket}/${name}`, Size, LastModified));
      }
    } catch (error) {
      // No such bucket.
      if (statusOf(error) === 404) return;
      throw new StorageUnavailable(prefix, error);
    }
  }

  async put(uri: string, data: Uint8Array): Promise<void> {
    await this.write(uri, new PutObjectCommand({ ...inputOf(placeOf(uri)), Body: data }));
  }

  /** A repeated request may find what its first try made, whose answer was lost: equal bytes are ours. */
  async create(uri: string, data: Uint8Array): Promise<boolean> {
    const command = { ...inputOf(placeOf(uri)), Body: data, IfNoneMatch: '*' };
    for (let tried = 1; ; tried += 1) {
      try {
        await this.client.send(new PutObjectCommand(command));
        return true;
      } catch (error) {
        const status = statusOf(error);
        if (status === 412) return (await this.find(uri))?.equals(data) === true;
        // 409: another conditional write of this object is under way.
        if (status !== 409 || tried >= CONFLICT_TRIES) throw new StorageUnavailable(uri, error);
      }
    }
  }

  async putFile(uri: string, path: string, range?: ByteRange): Promise<void> {
    const source = createReadStream(path, range ?? {});
    const params = { ...inputOf(placeOf(uri)), Body: source };
    try {
      await new Upload({ client: this.client, params, partSize: PART_BYTES }).done();
    } catch (error) {
      throw new StorageUnavailable(uri, error);
    } finally {
      source.destroy();
    }
  }

  async presign(uri: string, seconds: number): Promise<PresignedUrl> {
    const { bucket, key } = placeOf(uri);
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ResponseContentType: 'application/octet-stream',
      ResponseContentDisposition: `attachment; filename="${key.slice(key.lastIndexOf('/') + 1)}"`,
    });
    try {
      const expiresAt = new Date(Date.now() + seconds * 1000);
      return { url: await getSignedUrl(this.client, command, { expiresIn: seconds }), expiresAt };
    } catch (error) {
      throw new StorageUnavailable(uri, error);
    }
  }

  /** Writes once; afterwards it is enough that the bucket answers, so that versioned buckets do not fill. */
  async check(): Promise<void> {
    const { bucket } = placeOf(this.rootUri);
    try {
      if (this.isWritable) {
        await this.client.send(new HeadBucketCommand({ Bucket: bucket }));
        return;
      }
      const input = inputOf(placeOf(`${this.rootUri}.check-${randomToken()}`));
      await this.client.send(new PutObjectCommand({ ...input, Body: new Uint8Array() }));
      await this.client.send(new DeleteObjectCommand(input));
      this.isWritable = true;
    } catch (error) {
      throw new StorageUnavailable(this.rootUri, error);
    }
  }

  private async write(uri: string, command: PutObjectCommand): Promise<void> {
    try {
      await this.client.send(command);
    } catch (error) {
      throw new StorageUnavailable(uri, error);
    }
  }

  /** Always asks for a range: its answer tells how long the object is, whatever length the body has. */
  private async open(uri: string, start: number, last: number | undefined): Promise<S3Answer> {
    const command = new GetObjectCommand({
      ...inputOf(placeOf(uri)),
      Range: `bytes=${start}-${last ?? ''}`,
    });
    try {
      const { Body: body, ContentRange: range } = await this.client.send(command);
      const end = Number(/^bytes \d+-(\d+)\//.exec(range ?? '')?.[1]) + 1;
      if (!(body instanceof Readable) || !Number.isSafeInteger(end)) throw new Error('no range was answered');
      return { body, end };
    } catch (error) {
      if (isAbsent(error)) throw new ObjectMissing(uri);
      // No range of an empty object can be satisfied.
      if (statusOf(error) === 416 && start === 0) return { body: Readable.from([]), end: 0 };
      throw new StorageUnavailable(uri, error);
    }
  }
}

function placeOf(uri: string): S3Place {
  const place = parseS3Uri(uri);
  if (place === null) throw new StorageUnavailable(uri, new Error('not an s3://bucket/key'));
  return place;
}

function inputOf({ bucket, key }: S3Place): { readonly Bucket: string; readonly Key: string } {
  return { Bucket: bucket, Key: key };
}

/** Whole seconds: a listing tells milliseconds, a single object does not. */
function infoOf(uri: string, bytes: number | undefined, modified: Date | undefined): ObjectInfo {
  const seconds = Math.floor((modified?.getTime() ?? 0) / 1000);
  return { uri, bytes: bytes ?? 0, modifiedNs: BigInt(seconds) * NS_PER_SECOND };
}

/** A missing bucket is no missing object: it is a wrong setting. */
function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404 && !(error instanceof Error && error.name === 'NoSuchBucket');
}

/** HTTP status of an error of the SDK; null where there was no answer. */
function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return null;
  const metadata = error.$metadata as { readonly httpStatusCode?: number };
  return metadata.httpStatusCode ?? null;
}
