import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { CliError, EXIT } from '../errors.js';
import { isErrno } from '../files/errno.js';
import { hashPrefix } from '../files/hash-file.js';
import { parseManifest, versionName } from '../manifest/manifest.js';
import type { Manifest, ManifestFile, SealedManifest } from '../manifest/manifest.js';
import { hasRealParents, MANIFEST_NAME, PULL_LOCK_NAME, PULL_STATE_NAME } from '../manifest/paths.js';
import { readPullState } from '../pull/pull-state.js';
import { selectFiles } from '../pull/selection.js';
import { checkStructure } from './check-structure.js';
import type { Finding } from './finding.js';
import { StructureError } from './finding.js';

/** The result of a check, printed with --json. */
export interface VerifyReport {
  readonly ok: boolean;
  readonly version: string;
  readonly versionKey: string;
  readonly manifestSha256: string;
  readonly files: { readonly checked: number; readonly notSelected: number };
  readonly bytes: number;
  readonly tokens: number;
  readonly problems: readonly Finding[];
  /** Files in the folder that the manifest does not name. */
  readonly extra: readonly string[];
}

/**
 * Checks a pulled folder without a server: each file's size and SHA-256 against the manifest, and
 * the inside of shards, indexes and sidecars against their formats.
 *
 * @throws CliError where there is no manifest, ManifestInvalidError where it is broken
 */
export async function verify(folder: string): Promise<VerifyReport> {
  const root = await realFolder(folder);
  const sealed = parseManifest(await readManifest(root));
  const files = await selectedFiles(root, sealed);
  const problems: Finding[] = [];
  for (const file of files) {
    const finding = await checkFile(root, file, sealed.manifest);
    if (finding !== null) problems.push(finding);
  }
  return {
    ok: problems.length === 0,
    version: versionName(sealed.manifest),
    versionKey: sealed.manifest.versionKey,
    manifestSha256: sealed.sha256,
    files: { checked: files.length, notSelected: sealed.manifest.files.length - files.length },
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    tokens: countTokens(files),
    problems,
    extra: await findExtraFiles(root, sealed.manifest),
  };
}

/** Tokens of the format that has most of them: each format holds the same ones. */
function countTokens(files: readonly ManifestFile[]): number {
  const byFormat = new Map<string, number>();
  for (const file of files) byFormat.set(file.format, (byFormat.get(file.format) ?? 0) + (file.tokens ?? 0));
  return Math.max(0, ...byFormat.values());
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    throw new CliError('FOLDER_NOT_FOUND', EXIT.notFound, `there is no folder ${folder}`, { cause: error });
  }
}

async function readManifest(root: string): Promise<Buffer> {
  try {
    return await readFile(join(root, MANIFEST_NAME));
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    throw new CliError(
      'MANIFEST_MISSING',
      EXIT.mismatch,
      `${root} has no ${MANIFEST_NAME}: it is no pulled version, or its pull is not finished`,
      { cause: error },
    );
  }
}

/** A pull with --formats or --include leaves files out on purpose. */
async function selectedFiles(root: string, sealed: SealedManifest): Promise<readonly ManifestFile[]> {
  const state = await readPullState(root);
  if (state?.manifestSha256 !== sealed.sha256) return sealed.manifest.files;
  return selectFiles(sealed.manifest.files, state.selection);
}

async function checkFile(root: string, file: ManifestFile, manifest: Manifest): Promise<Finding | null> {
  const found = await checkBytes(root, file);
  if (found !== null) return found;
  try {
    await checkStructure(root, file, manifest);
    return null;
  } catch (error) {
    if (!(error instanceof StructureError)) throw error;
    return { path: file.path, code: error.code, message: error.message };
  }
}

async function checkBytes(root: string, file: ManifestFile): Promise<Finding | null> {
  const finding = (code: Finding['code'], message: string): Finding => ({ path: file.path, code, message });
  const target = join(root, file.path);
  const entry = await lstat(target).catch(() => null);
  if (entry === null) return finding('MISSING', 'it is not there');
  if (!entry.isFile() || !(await hasRealParents(root, file.path)))
    return finding('NOT_A_FILE', 'it is no regular file in the folder');
  if (entry.size !== file.bytes)
    return finding('SIZE_MISMATCH', `it has ${entry.size} bytes, the manifest has ${file.bytes}`);
  const sha256 = (await hashPrefix(target, file.bytes)).digest('hex');
  if (sha256 === file.sha256) return null;
  return finding('SHA256_MISMATCH', `its SHA-256 is ${sha256}, the manifest has ${file.sha256}`);
}

async function findExtraFiles(root: string, manifest: Manifest): Promise<readonly string[]> {
  const known = new Set([
    ...manifest.files.map((file) => file.path),
    MANIFEST_NAME,
    PULL_STATE_NAME,
    PULL_LOCK_NAME,
  ]);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !known.has(path))
    .sort();
}
