import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { randomToken } from '../src/common/ids.js';
import { FileStorage } from '../src/storage/file-storage.js';
import type { ObjectStorage } from '../src/storage/object-storage.js';
import { createS3Client } from '../src/storage/s3-client.js';
import { S3Storage } from '../src/storage/s3-storage.js';
import { ObjectMissing, StorageUnavailable } from '../src/storage/storage.errors.js';
import { type FaultRule, HAS_S3, S3_CREDENTIALS, S3Server } from './support/s3-server.js';

let folder: string;
let server: S3Server | null = null;

beforeAll(async () => {
  Object.assign(process.env, S3_CREDENTIALS);
  if (HAS_S3) server = await S3Server.start();
});

afterAll(async () => server?.stop());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'corpusmill-storage-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.break([]);
});

function openS3(): S3Storage {
  const client = createS3Client({
    endpoint: server!.facts.endpoint,
    region: 'us-east-1',
    presignSeconds: 900,
  });
  return new S3Storage(`s3://${server!.facts.bucket}/${randomToken()}/`, client);
}

const SCHEMES: readonly [string, boolean, () => ObjectStorage][] = [
  ['file://', true, () => new FileStorage(`${pathToFileURL(join(folder, 'store')).href}/`)],
  ['s3://', HAS_S3, openS3],
];

/** A body larger than one chunk of a stream. */
const BIG = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 2_654_435_761) >>> 24));

describe.each(SCHEMES)('storage behind %s', (_, isThere, open) => {
  const test = isThere ? it : it.skip;
  let storage: ObjectStorage;
  const uri = (name: string) => `${storage.rootUri}${name}`;

  beforeEach(() => {
    if (isThere) storage = open();
  });

  test('creates an object once: of many at the same time one wins, and its bytes stay', async () => {
    const created = await Promise.all(
      Array.from({ length: 20 }, (_unused, index) =>
        storage.create(uri('a/b/claim.json'), Buffer.from(String(index))),
      ),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
    const winner = String(created.indexOf(true));
    expect((await storage.find(uri('a/b/claim.json')))!.toString()).toBe(winner);
    expect(await urisBelow(storage.rootUri)).toEqual([uri('a/b/claim.json')]);
  });

  test('replaces an object as a whole', async () => {
    await storage.put(uri('p.json'), Buffer.from('long text'));
    await storage.put(uri('p.json'), Buffer.from('short'));
    expect((await storage.find(uri('p.json')))!.toString()).toBe('short');
    expect((await storage.stat(uri('p.json')))!.bytes).toBe(5);
  });

  test('reads ranges, both ends included', async () => {
    await storage.put(uri('r'), Buffer.from('0123456789'));
    expect(await text(await storage.read(uri('r'), { start: 2, end: 4 }))).toBe('234');
    expect(await text(await storage.read(uri('r')))).toBe('0123456789');
  });

  test('keeps an empty object', async () => {
    await storage.put(uri('empty'), new Uint8Array());
    expect((await storage.find(uri('empty')))!.byteLength).toBe(0);
    expect((await storage.stat(uri('empty')))!.bytes).toBe(0);
  });

  test('tells absence from failure', async () => {
    expect(await storage.find(uri('none'))).toBeNull();
    expect(await storage.stat(uri('none/below'))).toBeNull();
    expect(await storage.stat(storage.rootUri)).toBeNull();
    await expect(storage.read(uri('none'))).rejects.toThrow(ObjectMissing);
  });

  test('lists what begins with a prefix, in order', async () => {
    for (const name of ['b/2', 'b/10', 'b-', 'a', 'b/c/d']) await storage.put(uri(name), Buffer.from(name));
    expect(await urisBelow(uri('b/'))).toEqual([uri('b/10'), uri('b/2'), uri('b/c/d')]);
    expect(await urisBelow(uri('nothing/'))).toEqual([]);
    for await (const object of storage.list(uri('b/2'))) expect(object.bytes).toBe(3);
  });

  test('copies a local file or a part of it', async () => {
    const path = join(folder, 'log');
    writeFileSync(path, BIG);
    await storage.putFile(uri('kept/part'), path, { start: 6, end: 11 });
    await storage.putFile(uri('kept/whole'), path);
    expect(await storage.find(uri('kept/part'))).toEqual(BIG.subarray(6, 12));
    expect((await storage.find(uri('kept/whole')))!.equals(BIG)).toBe(true);
  });

  test('can be written', async () => {
    await storage.check();
    await storage.check();
    expect(await urisBelow(storage.rootUri)).toEqual([]);
  });

  async function urisBelow(prefix: string): Promise<string[]> {
    const uris: string[] = [];
    for await (const object of storage.list(prefix)) uris.push(object.uri);
    return uris;
  }
});

(HAS_S3 ? describe : describe.skip)('S3 storage under faults', () => {
  let storage: S3Storage;
  const uri = (name: string) => `${storage.rootUri}${name}`;

  beforeEach(() => {
    storage = openS3();
  });

  const faults: readonly FaultRule[] = [
    { fault: '503', fraction: 0.3 },
    { fault: '500', fraction: 0.3 },
    { fault: 'reset', method: 'GET', fraction: 0.5 },
    { fault: 'short', method: 'GET', fraction: 0.5 },
    { fault: 'etag', fraction: 0.5 },
    { fault: 'outage', fraction: 0.3 },
  ];
  it.each(faults)('writes and reads the right bytes through $fault', async (rule) => {
    await server!.break([rule]);
    for (let round = 0; round < 8; round += 1) {
      await storage.put(uri(`${round}`), BIG);
      expect((await storage.find(uri(`${round}`)))!.equals(BIG)).toBe(true);
      const part = await buffer(await storage.read(uri(`${round}`), { start: 10, end: 2_999_990 }));
      expect(part.equals(BIG.subarray(10, 2_999_991))).toBe(true);
    }
    expect((await server!.break([])).faults).toBeGreaterThan(2);
  });

  it('knows its own object again where the answer to its creation was lost', async () => {
    await server!.break([{ fault: 'lost', method: 'PUT', times: 1 }]);
    expect(await storage.create(uri('claim.json'), Buffer.from('mine'))).toBe(true);
    expect(await storage.create(uri('claim.json'), Buffer.from('other'))).toBe(false);
  });

  it('fails, and does not call an object absent, where the store is gone for good', async () => {
    await storage.put(uri('there'), Buffer.from('x'));
    await server!.break([{ fault: 'outage' }]);
    await expect(storage.find(uri('there'))).rejects.toThrow(StorageUnavailable);
    await expect(storage.check()).rejects.toThrow(StorageUnavailable);
  });

  it('gives out URLs that serve the object to whoever holds them, until they expire', async () => {
    await storage.put(uri('shard.bin'), Buffer.from('0123456789'));
    const { url, expiresAt } = await storage.presign(uri('shard.bin'), 900);
    const answer = await fetch(url, { headers: { range: 'bytes=3-' } });
    expect([answer.status, await answer.text()]).toEqual([206, '3456789']);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="shard.bin"');
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('900');
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(900_000);
    const forged = await fetch(url.replace('shard.bin?', 'other.bin?'));
    expect(forged.status).toBe(403);
  });

  it('gives wrong keys away as a store that does not answer', async () => {
    const client = createS3Client({
      endpoint: server!.facts.endpoint,
      region: 'us-east-1',
      presignSeconds: 0,
    });
    client.config.credentials = async () => ({ accessKeyId: 'nobody', secretAccessKey: 'nothing' });
    const other = new S3Storage(storage.rootUri, client);
    await expect(other.put(uri('x'), Buffer.from('x'))).rejects.toThrow(StorageUnavailable);
  });
});
