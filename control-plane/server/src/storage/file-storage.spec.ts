import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { FileStorage } from './file-storage.js';
import { ObjectMissing, StorageUnavailable } from './storage.errors.js';

describe('file storage', () => {
  let folder: string;
  let storage: FileStorage;
  const uri = (name: string) => `${storage.rootUri}${name}`;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'corpusmill-storage-'));
    storage = new FileStorage(`${pathToFileURL(folder).href}/`);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('creates an object once: of many at the same time one wins, and its bytes stay', async () => {
    const created = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        storage.create(uri('a/b/claim.json'), Buffer.from(String(index))),
      ),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
    const winner = String(created.indexOf(true));
    expect((await storage.find(uri('a/b/claim.json')))!.toString()).toBe(winner);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['claim.json']);
  });

  it('replaces an object as a whole', async () => {
    await storage.put(uri('p.json'), Buffer.from('long text'));
    await storage.put(uri('p.json'), Buffer.from('short'));
    expect((await storage.find(uri('p.json')))!.toString()).toBe('short');
    expect((await storage.stat(uri('p.json')))!.bytes).toBe(5);
  });

  it('reads ranges, both ends included', async () => {
    await storage.put(uri('r'), Buffer.from('0123456789'));
    expect(await text(await storage.read(uri('r'), { start: 2, end: 4 }))).toBe('234');
    expect(await text(await storage.read(uri('r')))).toBe('0123456789');
  });

  it('tells absence from failure', async () => {
    expect(await storage.find(uri('none'))).toBeNull();
    expect(await storage.stat(uri('none/below'))).toBeNull();
    expect(await storage.stat(storage.rootUri)).toBeNull();
    await expect(storage.read(uri('none'))).rejects.toThrow(ObjectMissing);
    writeFileSync(join(folder, 'file'), '');
    await expect(storage.put(uri('file/below'), Buffer.from('x'))).rejects.toThrow(StorageUnavailable);
  });

  it('copies a part of a local file', async () => {
    const path = join(folder, 'log');
    writeFileSync(path, 'first second third');
    await storage.putFile(uri('kept/log.txt'), path, { start: 6, end: 11 });
    expect((await storage.find(uri('kept/log.txt')))!.toString()).toBe('second');
  });

  it('can be written', async () => {
    await storage.check();
    expect(readdirSync(folder)).toEqual([]);
  });
});
