import glob from 'fast-glob';
import micromatch from 'micromatch';
import { parseS3Uri } from '../contracts/s3-uri.js';
import type { ObjectInfo, ObjectReader } from '../storage/object-storage.js';
import { folderProblem, refuse, type ResolvedFile, type ResolvedUri } from './resolved-uri.js';

/** The first character of a pattern that stands for others (micromatch). */
const SPECIAL = /[*?[\]{}()!+@\\]/;

/**
 * Finds the objects of an s3:// URI of a source: the object of that very key, else, where it is a pattern, all that
 * match it as paths do. The listing begins at the pattern's literal part.
 */
export async function resolveS3Uri(
  uri: string,
  pointer: string,
  objects: ObjectReader,
): Promise<ResolvedUri> {
  const place = parseS3Uri(uri);
  if (place === null || place.key === '')
    return refuse(pointer, `${JSON.stringify(uri)} is no s3://bucket/key`);
  const literal = await objects.stat(uri);
  if (literal !== null) return { files: [describe(literal)], problems: [] };
  if (await hasObjectBelow(uri, objects)) return refuse(pointer, folderProblem(uri));
  const files = glob.isDynamicPattern(place.key) ? await expand(place.bucket, place.key, objects) : [];
  return { files: files.length > 0 ? files : [missing(uri)], problems: [] };
}

async function expand(bucket: string, pattern: string, objects: ObjectReader): Promise<ResolvedFile[]> {
  const root = `s3://${bucket}/`;
  const first = SPECIAL.exec(pattern)?.index ?? pattern.length;
  const prefix = pattern.slice(0, pattern.lastIndexOf('/', first) + 1);
  const isMatch = micromatch.matcher(pattern);
  const files: ResolvedFile[] = [];
  for await (const object of objects.list(root + prefix))
    if (isMatch(object.uri.slice(root.length))) files.push(describe(object));
  return files;
}

async function hasObjectBelow(uri: string, objects: ObjectReader): Promise<boolean> {
  for await (const _ of objects.list(`${uri.replace(/\/$/, '')}/`)) return true;
  return false;
}

function describe({ uri, bytes, modifiedNs }: ObjectInfo): ResolvedFile {
  return { uri, location: uri, bytes, modifiedNs: String(modifiedNs) };
}

function missing(uri: string): ResolvedFile {
  return { uri, location: uri, bytes: null, modifiedNs: null };
}
