import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { BasicType } from 'hyparquet-writer';
import type { Counts, Manifest, ManifestFile } from '../../src/contracts/contracts.js';
import type { Stage } from '../../src/contracts/stage.js';
import { Database } from '../../src/database/database.js';
import { ENTITIES } from '../../src/entities.js';
import { createOrm } from '../../src/database/orm.js';
import { FileStorage } from '../../src/storage/file-storage.js';
import { VersionsService } from '../../src/versions/versions.service.js';
import type { Workspace } from './workspace.js';

/** A file to put into a version. */
export interface CatalogFile extends Pick<ManifestFile, 'path' | 'role' | 'format'> {
  readonly content: Buffer;
  readonly rows?: number;
  readonly tokens?: number;
}

/** A version to commit. */
export interface CatalogVersion {
  readonly stage: Stage;
  readonly dataset: string;
  /** Repeated to a version key of 64 digits. */
  readonly key: string;
  readonly input?: Manifest;
  readonly files: readonly CatalogFile[];
  readonly counts?: Partial<Counts>;
  readonly sources?: Manifest['sources'];
}

/** Commits hand-made versions to a workspace's store and enters them in its catalog. */
export class Catalog {
  private readonly database: Database;
  private clock = Date.parse('2026-01-01T00:00:00Z');

  constructor(private readonly workspace: Workspace) {
    this.database = new Database(createOrm(workspace.database.url, ENTITIES));
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  async add(version: CatalogVersion): Promise<Manifest> {
    const manifest = buildManifest(version);
    const folder = join(this.workspace.home, 'store', 'versions', version.stage, manifest.versionKey);
    for (const file of version.files) write(join(folder, manifest.prefix, file.path), file.content);
    write(join(folder, 'manifest.json'), Buffer.from(JSON.stringify(manifest)));
    await this.register(manifest, [version.dataset]);
    return manifest;
  }

  /** Enters a committed version, for these datasets, one minute after the one before. */
  async register(manifest: Manifest, datasets: readonly string[]): Promise<void> {
    const storage = new FileStorage(pathToFileURL(`${join(this.workspace.home, 'store')}/`).href);
    const versions = new VersionsService(this.database, storage);
    const found = await versions.lookUp(manifest.stage, manifest.versionKey);
    if (found.state !== 'committed') throw new Error(JSON.stringify(found));
    this.clock += 60_000;
    const entry = { version: found.version, datasets, runId: manifest.runId, now: new Date(this.clock) };
    await this.database.transaction((em) => versions.register(em, entry));
  }
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Columns of a Parquet file by name: type and values; all nullable. */
export type Columns = Readonly<Record<string, readonly [BasicType, readonly unknown[]]>>;

export function parquet(columns: Columns, rowGroupSize = 1000): Buffer {
  const columnData = Object.entries(columns).map(([name, [type, data]]) => ({
    name,
    type,
    data: [...data],
    nullable: true,
  }));
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize }));
}

function write(path: string, content: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function buildManifest(version: CatalogVersion): Manifest {
  const digest = '0'.repeat(64);
  const counts = {
    in: 0,
    kept: 0,
    rejected: 0,
    quarantined: 0,
    rejectedByReason: {},
    quarantinedByReason: {},
    bySource: {},
    byLanguage: {},
    tokens: null,
  };
  return {
    apiVersion: 'corpusmill.dev/v1',
    stage: version.stage,
    dataset: version.dataset,
    versionKey: version.key.repeat(64).slice(0, 64),
    runId: `run-${version.stage}`,
    attempt: { id: `${version.stage}-1`, number: 1 },
    createdAt: '2026-01-02T03:04:05Z',
    codeVersion: digest,
    settings: {},
    settingsDigest: digest,
    inputs: version.input === undefined ? [] : [inputOf(version.input)],
    sources: version.sources ?? [],
    models: [],
    tokenizer: null,
    prefix: `attempts/${version.stage}-1/`,
    files: version.files.map(({ path, role, format, content, rows, tokens }) => ({
      path,
      role,
      format,
      bytes: content.byteLength,
      sha256: sha256(content),
      rows: rows ?? null,
      tokens: tokens ?? null,
    })),
    counts: { ...counts, ...version.counts },
    contentDigests: {},
    timings: { wallSeconds: 1.5 },
    report: { of: version.stage },
  };
}

function inputOf(manifest: Manifest): Manifest['inputs'][number] {
  const { dataset, stage, versionKey } = manifest;
  return { dataset, stage, versionKey, manifestSha256: sha256(Buffer.from(JSON.stringify(manifest))) };
}
