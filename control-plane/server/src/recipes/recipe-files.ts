import { createHash } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isS3Uri } from '../contracts/s3-uri.js';
import type { ObjectInfo, ObjectReader } from '../storage/object-storage.js';

interface Known {
  readonly bytes: number;
  readonly modifiedNs: bigint;
  readonly sha256: string;
}

/** Models and tokenizers by their file:// or s3:// URIs. */
export class RecipeFiles {
  private readonly known = new Map<string, Known>();

  constructor(private readonly objects: ObjectReader) {}

  /** SHA-256, read again only where size or time of change differ; null where there is no such file. */
  async findDigest(uri: string): Promise<string | null> {
    const info = await this.stat(uri);
    if (info === null) return null;
    const known = this.known.get(uri);
    if (known?.bytes === info.bytes && known.modifiedNs === info.modifiedNs) return known.sha256;
    const hash = createHash('sha256');
    await pipeline(await this.objects.read(uri), hash);
    const sha256 = hash.digest('hex');
    this.known.set(uri, { bytes: info.bytes, modifiedNs: info.modifiedNs, sha256 });
    return sha256;
  }

  /** The first `length` bytes of a file; fewer where it is shorter. */
  async readHead(uri: string, length: number): Promise<Buffer> {
    return buffer(await this.objects.read(uri, { start: 0, end: length - 1 }));
  }

  /** A whole small file. */
  async readText(uri: string): Promise<string> {
    return (await buffer(await this.objects.read(uri))).toString('utf8');
  }

  async isFile(uri: string): Promise<boolean> {
    return (await this.stat(uri)) !== null;
  }

  /** A local file that may not be looked at is as good as none; a store that does not answer is another matter. */
  private stat(uri: string): Promise<ObjectInfo | null> {
    const found = this.objects.stat(uri);
    return isS3Uri(uri) ? found : found.catch(() => null);
  }
}

/** Absolute URI of a path or URI of a recipe. */
export function recipeUri(pathOrUri: string, baseDirectory: string): string {
  if (pathOrUri.startsWith('file://') || isS3Uri(pathOrUri)) return pathOrUri;
  return pathToFileURL(isAbsolute(pathOrUri) ? pathOrUri : resolve(baseDirectory, pathOrUri)).href;
}

/** The URI of a file in a folder. */
export function uriBelow(folderUri: string, name: string): string {
  return `${folderUri.replace(/\/$/, '')}/${name}`;
}

/** What people call it: the path of a local file, else its URI. */
export function readableName(uri: string): string {
  return uri.startsWith('file://') ? fileURLToPath(uri) : uri;
}
