import { lstat } from 'node:fs/promises';

import { CliError, EXIT } from '../errors.js';
import { hashPrefix } from '../files/hash-file.js';
import { isErrno } from '../files/errno.js';
import type { ManifestFile } from '../manifest/manifest.js';
import { ensureParents, PART_SUFFIX } from '../manifest/paths.js';
import { isUnchanged, statChecked } from './pull-state.js';
import type { CheckedFile, PullState } from './pull-state.js';

/** What a pull has to do: files that are there and right, and files to fetch. */
export interface PullPlan {
  readonly kept: readonly ManifestFile[];
  readonly keptChecks: Readonly<Record<string, CheckedFile>>;
  readonly fetch: readonly FetchItem[];
  /** Bytes still to come. */
  readonly missingBytes: number;
}

/** A file to fetch. */
export interface FetchItem {
  readonly file: ManifestFile;
  readonly target: string;
  /** Bytes in the `.part` file of an earlier pull. */
  readonly partBytes: number;
}

/** A file stands in the way that no pull wrote. */
class ForeignFileError extends CliError {
  constructor(path: string) {
    super(
      'FOREIGN_FILE',
      EXIT.conflict,
      `${path} differs from the version and was not written by pull; move it away or choose another folder`,
    );
  }
}

/**
 * Compares the folder with the files wanted. A file whose size and times are those of its last
 * check is not read again.
 *
 * @param owned paths that an earlier pull into this folder wrote: only these are replaced
 */
export async function planPull(
  folder: string,
  files: readonly ManifestFile[],
  state: PullState | null,
  owned: ReadonlySet<string>,
): Promise<PullPlan> {
  const kept: ManifestFile[] = [];
  const keptChecks: Record<string, CheckedFile> = {};
  const fetch: FetchItem[] = [];
  for (const file of files) {
    const target = await ensureParents(folder, file.path);
    const check = await findRightFile(target, file, state?.checked[file.path]);
    if (check !== null) {
      kept.push(file);
      keptChecks[file.path] = check;
    } else {
      if ((await sizeOf(target)) !== null && !owned.has(file.path)) throw new ForeignFileError(target);
      fetch.push({
        file,
        target,
        partBytes: Math.min(file.bytes, (await sizeOf(`${target}${PART_SUFFIX}`)) ?? 0),
      });
    }
  }
  const missingBytes = fetch.reduce((sum, item) => sum + item.file.bytes - item.partBytes, 0);
  return { kept, keptChecks, fetch, missingBytes };
}

async function findRightFile(
  target: string,
  file: ManifestFile,
  checked: CheckedFile | undefined,
): Promise<CheckedFile | null> {
  if (checked?.sha256 === file.sha256 && (await isUnchanged(target, checked))) return checked;
  if ((await sizeOf(target)) !== file.bytes) return null;
  const entry = await statChecked(target, file.sha256);
  const sha256 = (await hashPrefix(target, file.bytes)).digest('hex');
  return sha256 === file.sha256 ? entry : null;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
