import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

import { CliError, EXIT } from '../errors.js';
import { isErrno } from '../files/errno.js';

/** Name of the manifest in a pulled folder. */
export const MANIFEST_NAME = 'manifest.json';
/** State of a pull; kept after it, as the cache of checked files. */
export const PULL_STATE_NAME = '.corpusmill-pull.json';
/** Held while a pull writes into the folder. */
export const PULL_LOCK_NAME = '.corpusmill-pull.lock';
/** Appended to the name of a file that is not whole yet. */
export const PART_SUFFIX = '.part';

const MAX_PATH_LENGTH = 1024;
const SEGMENT = /^[A-Za-z0-9._-]+$/;
/** Device names of Windows, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?$/i;
const OWN_NAMES = new Set([MANIFEST_NAME, PULL_STATE_NAME, PULL_LOCK_NAME]);

/** What is wrong with a manifest's path as a name below a target folder; null for a safe one. */
function findPathProblem(path: string): string | null {
  const shown = JSON.stringify(path.slice(0, 200));
  if (path.length > MAX_PATH_LENGTH) return `path ${shown}… is too long`;
  const segments = path.split('/');
  if (segments.some((segment) => !SEGMENT.test(segment) || segment === '.' || segment === '..')) {
    return `path ${shown} could leave the target folder`;
  }
  if (segments.some((segment) => RESERVED.test(segment) || segment.endsWith('.')))
    return `path ${shown} is a reserved name`;
  if (OWN_NAMES.has(path.toLowerCase()) || path.toLowerCase().endsWith(PART_SUFFIX)) {
    return `path ${shown} is a name that pull itself uses`;
  }
  return null;
}

/** The first problem of a manifest's paths: unsafe, twice (also by case alone), or a file that is a folder too. */
export function checkPaths(paths: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const path of paths) {
    const problem = findPathProblem(path);
    if (problem !== null) return problem;
    const folded = path.toLowerCase();
    if (seen.has(folded)) return `path ${JSON.stringify(path)} is listed twice`;
    seen.add(folded);
  }
  for (const path of seen) {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      if (seen.has(path.slice(0, end)))
        return `path ${JSON.stringify(path.slice(0, end))} is a file and a folder`;
    }
  }
  return null;
}

/** A path below the target goes through a symbolic link, or something that is no folder. */
class UnsafeTargetError extends CliError {
  constructor(path: string, what: string) {
    super(
      'UNSAFE_TARGET',
      EXIT.conflict,
      `${path} is ${what}; pull does not write through it. Remove it or choose another folder`,
    );
  }
}

/**
 * Makes the folders that `path` needs below `root` and gives the full path. `root` is real and
 * trusted; no symbolic link below it is followed.
 */
export async function ensureParents(root: string, path: string): Promise<string> {
  const target = join(root, ...path.split('/'));
  const segments = path.split('/').slice(0, -1);
  let folder = root;
  for (const segment of segments) {
    folder = `${folder}${sep}${segment}`;
    await ensureFolder(folder);
  }
  await refuseUnlessFile(target);
  await refuseUnlessFile(`${target}${PART_SUFFIX}`);
  return target;
}

/** Whether every folder between `root` and `path` is a real one. */
export async function hasRealParents(root: string, path: string): Promise<boolean> {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const entry = await lstat(join(root, folder)).catch(() => null);
    if (entry !== null && !entry.isDirectory()) return false;
  }
  return true;
}

async function ensureFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    if (!isErrno(error, 'EEXIST')) throw error;
  });
  const entry = await lstat(folder);
  if (entry.isSymbolicLink()) throw new UnsafeTargetError(folder, 'a symbolic link');
  if (!entry.isDirectory()) throw new UnsafeTargetError(folder, 'not a folder');
}

async function refuseUnlessFile(path: string): Promise<void> {
  const entry = await lstat(path).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  });
  if (entry?.isSymbolicLink()) throw new UnsafeTargetError(path, 'a symbolic link');
  if (entry !== null && !entry.isFile()) throw new UnsafeTargetError(path, 'not a regular file');
}
