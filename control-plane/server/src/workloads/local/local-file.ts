import { open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { randomToken } from '../../common/ids.js';
import type { LogRange, LogSlice } from '../executor.js';
import { errorCodeOf } from '../../common/error-code.js';

/** Small files of the executor on the local disk. */

/** Replaces a file as a whole. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp-${randomToken()}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

/** null where there is no such file, or it is not whole JSON. */
export async function readJson<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if (error instanceof SyntaxError || isAbsent(error)) return null;
    throw error;
  }
}

/** Names in a folder, sorted; empty where there is none. Files being written aside are left out. */
export async function listNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  return names.filter((name) => !name.includes('.tmp-')).sort();
}

export async function fileSize(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

/** Renames; false where the source is not there (any more). */
export async function tryRename(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );
}

/** A slice of the part of a log file from byte `start` to byte `end`. */
export async function readSlice(
  path: string,
  part: { start: number; end: number },
  range: LogRange,
): Promise<LogSlice> {
  const from = Math.min(part.end, part.start + range.offset);
  const length = Math.min(range.limit, part.end - from);
  if (length <= 0) return { text: Buffer.alloc(0), nextOffset: Math.max(0, from - part.start) };
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, from);
    return { text: buffer.subarray(0, bytesRead), nextOffset: from - part.start + bytesRead };
  } finally {
    await file.close();
  }
}

export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error) ?? '');
}
