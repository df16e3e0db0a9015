import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FileStorage } from './file-storage.js';
import { StorageUnavailable } from './storage.errors.js';

/** What only files have; test/storage.spec.ts holds what all storages have in common. */
describe('file storage', () => {
  let folder: string;
  let storage: FileStorage;
  const uri = (name: string) => `${storage.rootUri}${name}`;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'corpusmill-storage-'));
    storage = new FileStorage(`${pathToFileURL(folder).href}/`);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves nothing beside what it created', async () => {
    await storage.create(uri('a/claim.json'), Buffer.from('1'));
    await storage.create(uri('a/claim.json'), Buffer.from('2'));
    expect(readdirSync(join(folder, 'a'))).toEqual(['claim.json']);
  });

  it('tells a file in the way of a folder from absence', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(storage.put(uri('file/below'), Buffer.from('x'))).rejects.toThrow(StorageUnavailable);
  });

  it('has no URLs to give out', async () => {
    expect(await storage.presign()).toBeNull();
  });
});
