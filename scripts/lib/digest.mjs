import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { at } from './paths.mjs';

const SKIPPED = new Set([
  'target',
  'node_modules',
  'dist',
  '__pycache__',
  '.venv',
  'tests',
  'test',
  'benchmarks',
  '_page.so',
]);

/** All files below `relative` (a file or folder of the repository), sorted, build outputs and tests left out. */
function listFiles(relative) {
  const absolute = at(relative);
  if (statSync(absolute).isFile()) return [relative];
  return readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name) && !entry.name.startsWith('.'))
    .flatMap((entry) => listFiles(path.posix.join(relative, entry.name)))
    .toSorted();
}

/** SHA-256 over the names and contents of the named files and folders: the same on every machine. */
export function treeDigest(paths) {
  const digest = createHash('sha256');
  for (const file of paths.flatMap(listFiles)) {
    const content = readFileSync(at(file));
    digest.update(`${file}\0${content.length}\0`).update(content);
  }
  return digest.digest('hex');
}
