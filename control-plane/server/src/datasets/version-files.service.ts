import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { InternalError, RequestInvalid } from '../common/errors.js';
import { decodeCursor, type Page, type PageQuery, toPage } from '../common/http/pagination.js';
import { OBJECT_STORAGE, SERVER_CONFIG } from '../common/tokens.js';
import type { ServerConfig } from '../config/config.js';
import type { ManifestFile } from '../contracts/contracts.js';
import { ObjectMissing } from '../storage/storage.errors.js';
import type { ObjectStorage, PresignedUrl } from '../storage/object-storage.js';
import type { VersionRow } from '../versions/version.entity.js';
import type { Slice } from './byte-range.js';
import { FileNotFound } from './datasets.errors.js';
import { shortKey } from './datasets.service.js';

/** Files of committed versions. A path is only ever looked up among the manifest's. */
@Injectable()
export class VersionFilesService {
  constructor(
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
  ) {}

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

  /** A URL that serves the file from the store itself; null where the store has none, or none is to be given out. */
  async presign(row: VersionRow, file: ManifestFile): Promise<PresignedUrl | null> {
    const { presignSeconds } = this.config.s3;
    return presignSeconds === 0 ? null : this.storage.presign(fileUri(row, file), presignSeconds);
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
  return row.manifestUri.slice(0, row.manifestUri.lastIndexOf('/') + 1) + row.manifest.prefix + file.path;
}
