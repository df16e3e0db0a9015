import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { InternalError, RequestInvalid } from '../common/errors.js';
import { decodeCursor, type Page, type PageQuery, toPage } from '../common/http/pagination.js';
import { OBJECT_STORAGE } from '../common/tokens.js';
import type { ManifestFile } from '../contracts/contracts.js';
import { ObjectMissing } from '../storage/storage.errors.js';
import type { ObjectStorage } from '../storage/object-storage.js';
import type { VersionRow } from '../versions/version.entity.js';
import type { Slice } from './byte-range.js';
import { FileNotFound } from './datasets.errors.js';
import { shortKey } from './datasets.service.js';

/** Files of committed versions. A path is only ever looked up among the manifest's. */
@Injectable()
export class VersionFilesService {
  constructor(@Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage) {}

  /** The manifest as it was committed. */
  async manifest(row: VersionRow): Promise<Buffer> {
    const bytes = await this.storage.find(row.manifestUri);
    if (bytes === null) throw new ObjectMissing(row.manifestUri);
    return bytes;
  }

  list(row: VersionRow, query: PageQuery): Page<ManifestFile> {
    const after = decodeCursor(query.cursor, 1)?.[0] ?? '';
    if (typeof after !== 'string')
      throw new RequestInvalid('cursor is not one of ours; take nextCursor of the page before');
    const rest = row.manifest.files.filter((file) => file.path > after);
    return toPage(
      rest.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, query.limit + 1),
      query.limit,
      (file) => [file.path],
    );
  }

  /** Throws FileNotFound where the manifest names no such file. */
  get(row: VersionRow, path: string): ManifestFile {
    const file = row.manifest.files.find((one) => one.path === path);
    if (file === undefined) throw new FileNotFound(shortKey(row.key), path);
    return file;
  }

  /** Bytes of a file of the version, after its size was compared with the manifest's. */
  async read(row: VersionRow, file: ManifestFile, slice: Slice | null): Promise<Readable> {
    const uri = fileUri(row, file);
    const info = await this.storage.stat(uri);
    if (info === null) throw new ObjectMissing(uri);
    if (info.bytes !== file.bytes)
      throw new InternalError(`${uri} has ${info.bytes} bytes, its manifest says ${file.bytes}`);
    return this.storage.read(uri, slice ?? undefined);
  }
}

/** Where a file of a version stands in the store. */
export function fileUri(row: VersionRow, file: ManifestFile): string {
  return new URL(row.manifest.prefix + file.path, row.manifestUri).href;
}
