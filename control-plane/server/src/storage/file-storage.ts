import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { randomToken } from '../common/ids.js';
import type { ByteRange, ObjectInfo, ObjectStorage, PresignedUrl } from './object-storage.js';
import { DiskFull, ObjectMissing, StorageUnavailable } from './storage.errors.js';
import { errorCodeOf } from '../common/error-code.js';

/** Objects as files. Conditional create is link(2) of a finished, synced temporary file. */
export class FileStorage implements ObjectStorage {
  constructor(readonly rootUri: string) {}

  async stat(uri: string): Promise<ObjectInfo | null> {
    try {
      const info = await stat(fileURLToPath(uri), { bigint: true });
      if (!info.isFile()) return null;
      return { uri, bytes: Number(info.size), modifiedNs: info.mtimeNs };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw new StorageUnavailable(uri, error);
    }
  }

  async find(uri: string): Promise<Buffer | null> {
    try {
      return await readFile(fileURLToPath(uri));
    } catch (error) {
      if (isAbsent(error)) return null;
      throw new StorageUnavailable(uri, error);
    }
  }

  async read(uri: string, range?: ByteRange): Promise<Readable> {
    if ((await this.stat(uri)) === null) throw new ObjectMissing(uri);
    return createReadStream(
      fileURLToPath(uri),
      range === undefined ? {} : { start: range.start, end: range.end },
    );
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const folder = fileURLToPath(new URL('.', prefix));
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
      if (isAbsent(error)) return [];
      throw new StorageUnavailable(prefix, error);
    });
    const uris = found
      .filter((entry) => entry.isFile())
      .map((entry) => pathToFileURL(join(entry.parentPath, entry.name)).href)
      .filter((uri) => uri.startsWith(prefix))
      .sort();
    for (const uri of uris) {
      const info = await this.stat(uri);
      if (info !== null) yield info;
    }
  }

  async put(uri: string, data: Uint8Array): Promise<void> {
    const path = fileURLToPath(uri);
    await this.withTemporary(path, data, (temporary) => rename(temporary, path));
  }

  async create(uri: string, data: Uint8Array): Promise<boolean> {
    const path = fileURLToPath(uri);
    return this.withTemporary(path, data, async (temporary) => {
      const created = await link(temporary, path).then(
        () => true,
        (error: unknown) => {
          if (hasCode(error, 'EEXIST')) return false;
          throw error;
        },
      );
      await unlink(temporary);
      return created;
    });
  }

  async putFile(uri: string, path: string, range?: ByteRange): Promise<void> {
    const target = fileURLToPath(uri);
    const temporary = temporaryName(target);
    try {
      await mkdir(dirname(target), { recursive: true });
      await pipeline(createReadStream(path, range ?? {}), createWriteStream(temporary));
      await rename(temporary, target);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw storageError(target, 0, error);
    }
  }

  /** Files are read through us. */
  async presign(): Promise<PresignedUrl | null> {
    return null;
  }

  async check(): Promise<void> {
    const path = fileURLToPath(new URL(`.check-${randomToken()}`, this.rootUri));
    await this.withTemporary(path, new Uint8Array(), (temporary) => unlink(temporary));
  }

  private async withTemporary<T>(
    path: string,
    data: Uint8Array,
    finish: (temporary: string) => Promise<T>,
  ): Promise<T> {
    const temporary = temporaryName(path);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeSynced(temporary, data);
      return await finish(temporary);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw storageError(path, data.byteLength, error);
    }
  }
}

function temporaryName(path: string): string {
  return `${path}.tmp-${randomToken()}`;
}

async function writeSynced(path: string, data: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

function storageError(path: string, bytes: number, error: unknown): Error {
  if (hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT')) return new DiskFull(path, bytes, error);
  return new StorageUnavailable(path, error);
}

function isAbsent(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') || hasCode(error, 'EISDIR');
}

function hasCode(error: unknown, code: string): boolean {
  return errorCodeOf(error) === code;
}
