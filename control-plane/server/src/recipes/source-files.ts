import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import glob from 'fast-glob';
import type { ErrorItem } from '../common/errors.js';
import type { JobSource } from '../contracts/contracts.js';
import { isS3Uri } from '../contracts/s3-uri.js';
import type { ObjectReader } from '../storage/object-storage.js';
import type { Recipe, RecipeSource } from './recipe.js';
import { folderProblem, refuse, type ResolvedFile, type ResolvedUri } from './resolved-uri.js';
import { resolveS3Uri } from './s3-sources.js';

export interface ResolvedSource extends Omit<JobSource, 'files'> {
  readonly files: readonly ResolvedFile[];
}

export interface ResolvedSources {
  readonly sources: readonly ResolvedSource[];
  readonly problems: readonly ErrorItem[];
}

const STAT_BATCH = 64;

/** Where sources are looked for. */
export interface SourceContext {
  readonly baseDirectory: string;
  readonly inputs: ObjectReader;
}

/**
 * Finds the files of all sources, in code unit order of their URIs. A file or glob that leads to nothing is
 * passed on as missing (extract quarantines it); a recipe that leads to no file at all is a problem.
 */
export async function resolveSources(recipe: Recipe, context: SourceContext): Promise<ResolvedSources> {
  const resolved = await Promise.all(
    recipe.sources.map((source, index) => resolveSource(source, context, `/sources/${index}`)),
  );
  const sources = resolved.map(({ source }) => source);
  const problems = resolved.flatMap((one) => one.problems);
  const isAnythingThere = sources.some((source) => source.files.some((file) => file.bytes !== null));
  const isWholeRecipe = recipe.sources.every((source) => source.uris.length > 0);
  if (problems.length > 0 || isAnythingThere || !isWholeRecipe) return { sources, problems };
  return {
    sources,
    problems: recipe.sources.map((source, index) => nothingFound(source, index, context.baseDirectory)),
  };
}

function nothingFound(source: RecipeSource, index: number, baseDirectory: string): ErrorItem {
  const uris = source.uris.slice(0, 3).map((uri) => JSON.stringify(uri));
  const message = `${uris.join(', ')} lead to no file; relative paths are read from ${baseDirectory}`;
  return { pointer: `/sources/${index}/uris`, message };
}

interface ResolvedOne {
  readonly source: ResolvedSource;
  readonly problems: readonly ErrorItem[];
}

async function resolveSource(
  source: RecipeSource,
  context: SourceContext,
  pointer: string,
): Promise<ResolvedOne> {
  const found = await Promise.all(
    source.uris.map((uri, index) => resolveUri(uri, context, `${pointer}/uris/${index}`)),
  );
  const byLocation = new Map<string, ResolvedFile>();
  for (const file of found.flatMap((one) => one.files)) {
    if (!byLocation.has(file.location)) byLocation.set(file.location, file);
  }
  const files = [...byLocation.values()].sort((left, right) => (left.uri < right.uri ? -1 : 1));
  const { name, kind, domain } = source;
  return { source: { name, kind, domain, files }, problems: found.flatMap((one) => one.problems) };
}

async function resolveUri(uri: string, context: SourceContext, pointer: string): Promise<ResolvedUri> {
  if (isS3Uri(uri)) return resolveS3Uri(uri, pointer, context.inputs);
  const base = context.baseDirectory;
  const isFileUri = uri.startsWith('file://');
  if (!isFileUri && /^[a-z][a-z0-9+.-]*:\/\//i.test(uri)) {
    return refuse(
      pointer,
      `${JSON.stringify(uri)} cannot be read here; use a path, a glob, file:///path or s3://bucket/key`,
    );
  }
  const pattern = isFileUri ? fileUriPath(uri) : uri;
  if (pattern === null) return refuse(pointer, `${JSON.stringify(uri)} is no file:///path`);
  const toUri = (path: string) => (isFileUri ? pathToFileURL(path).href : path);
  const literal = await describeFile(pattern, base, toUri);
  if (literal === 'folder') return refuse(pointer, folderProblem(uri));
  if (literal.bytes !== null || !glob.isDynamicPattern(pattern)) return { files: [literal], problems: [] };
  const files = await expand(pattern, base, toUri);
  return { files: files.length > 0 ? files : [literal], problems: [] };
}

async function expand(
  pattern: string,
  base: string,
  toUri: (path: string) => string,
): Promise<ResolvedFile[]> {
  const paths = (await glob(pattern, { cwd: base, onlyFiles: true, unique: true })).sort();
  const files: ResolvedFile[] = [];
  for (let start = 0; start < paths.length; start += STAT_BATCH) {
    const batch = paths.slice(start, start + STAT_BATCH);
    const described = await Promise.all(batch.map((path) => describeFile(path, base, toUri)));
    files.push(...described.filter((file) => file !== 'folder'));
  }
  return files;
}

async function describeFile(
  path: string,
  base: string,
  toUri: (path: string) => string,
): Promise<ResolvedFile | 'folder'> {
  const absolute = isAbsolute(path) ? path : resolve(base, path);
  const info = await stat(absolute, { bigint: true }).catch(() => null);
  if (info?.isDirectory() === true) return 'folder';
  const isFile = info?.isFile() === true;
  return {
    uri: toUri(path),
    location: pathToFileURL(absolute).href,
    bytes: isFile ? Number(info.size) : null,
    modifiedNs: isFile ? String(info.mtimeNs) : null,
  };
}

function fileUriPath(uri: string): string | null {
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}
