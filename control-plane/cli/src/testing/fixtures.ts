import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { parquetWriteBuffer } from 'hyparquet-writer';
import type { BasicType } from 'hyparquet-writer';

/** A file of a version made for a test. */
export interface FixtureFile {
  readonly path: string;
  readonly role: string;
  readonly format: string;
  readonly content: Buffer;
  readonly rows?: number;
  readonly tokens?: number;
}

/** A temporary folder, removed by `removeFolders`. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'corpusmill-cli-'));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What a test sets of a manifest. */
export interface ManifestFields {
  readonly stage?: string;
  readonly dataset?: string;
  readonly versionKey?: string;
  readonly vocabSize?: number;
  readonly inputs?: readonly {
    readonly dataset: string;
    readonly stage: string;
    readonly versionKey: string;
    readonly manifestSha256: string;
  }[];
}

/** Bytes of a whole manifest that names these files. */
export function buildManifest(files: readonly FixtureFile[], fields: ManifestFields = {}): Buffer {
  const {
    stage = 'mix',
    dataset = 'web-demo',
    versionKey = 'a'.repeat(64),
    vocabSize = 50_257,
    inputs = [],
  } = fields;
  const manifest = {
    apiVersion: 'corpusmill.dev/v1',
    stage,
    dataset,
    versionKey,
    runId: 'run',
    attempt: { id: 'mix-1', number: 1 },
    createdAt: '2026-01-02T03:04:05Z',
    codeVersion: 'b'.repeat(64),
    settings: {},
    settingsDigest: 'c'.repeat(64),
    inputs,
    sources: [],
    models: [],
    tokenizer: { name: 'gpt2', sha256: 'f'.repeat(64), vocabSize, endOfTextId: vocabSize - 1 },
    prefix: 'attempts/mix-1/',
    files: files.map(({ path, role, format, content, rows, tokens }) => ({
      path,
      role,
      format,
      bytes: content.length,
      sha256: sha256(content),
      rows: rows ?? null,
      tokens: tokens ?? null,
    })),
    counts: {
      in: 1,
      kept: 1,
      rejected: 0,
      quarantined: 0,
      rejectedByReason: {},
      quarantinedByReason: {},
      bySource: {},
      byLanguage: {},
      tokens: 1,
    },
    contentDigests: {},
    timings: { wallSeconds: 1 },
    report: {},
  };
  return Buffer.from(`${JSON.stringify(manifest)}\n`);
}

/** Writes files, and the manifest where given, as pull leaves them. */
export function writeVersion(folder: string, files: readonly FixtureFile[], manifest?: Buffer): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file.path)), { recursive: true });
    writeFileSync(join(folder, file.path), file.content);
  }
  if (manifest) writeFileSync(join(folder, 'manifest.json'), manifest);
}

/** An llm.c shard (magic 20240520, version 1, uint16). */
export function llmcShard(tokens: readonly number[]): Buffer {
  const content = Buffer.alloc(1024 + 2 * tokens.length);
  [20_240_520, 1, tokens.length].forEach((value, index) => content.writeInt32LE(value, 4 * index));
  tokens.forEach((token, index) => content.writeUInt16LE(token, 1024 + 2 * index));
  return content;
}

/** A Megatron index of one sequence per document, uint16. */
export function megatronIndex(lengths: readonly number[]): Buffer {
  const content = Buffer.alloc(34 + 20 * lengths.length + 8);
  content.write('MMIDIDX\0\0', 0, 'latin1');
  content.writeBigUInt64LE(1n, 9);
  content.writeUInt8(8, 17);
  content.writeBigUInt64LE(BigInt(lengths.length), 18);
  content.writeBigUInt64LE(BigInt(lengths.length + 1), 26);
  let pointer = 0;
  lengths.forEach((length, index) => {
    content.writeInt32LE(length, 34 + 4 * index);
    content.writeBigInt64LE(BigInt(pointer), 34 + 4 * lengths.length + 8 * index);
    content.writeBigInt64LE(BigInt(index), 34 + 12 * lengths.length + 8 * index);
    pointer += 2 * length;
  });
  content.writeBigInt64LE(BigInt(lengths.length), 34 + 20 * lengths.length);
  return content;
}

/** Tokens as bare uint16. */
export function uint16(tokens: readonly number[]): Buffer {
  return Buffer.from(Uint16Array.from(tokens).buffer);
}

/** Columns of a Parquet file: type and values. */
export type Columns = Readonly<
  Record<string, { readonly type: BasicType; readonly data: readonly unknown[] }>
>;

/** A Parquet file with every column nullable. */
export function parquetFile(columns: Columns, rowGroupSize = 1000): Buffer {
  const columnData = Object.entries(columns).map(([name, { type, data }]) => ({
    name,
    type,
    data: [...data],
    nullable: true,
  }));
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize }));
}

/** A sidecar whose pieces have these lengths. */
export function sidecar(lengths: readonly number[]): Buffer {
  const firsts = lengths.map((_, index) =>
    BigInt(lengths.slice(0, index).reduce((sum, length) => sum + length, 0)),
  );
  const text = (prefix: string) => ({
    type: 'STRING' as const,
    data: lengths.map((_, index) => `${prefix}${index}`),
  });
  return parquetFile({
    doc_id: text('doc'),
    source: text('source'),
    domain: text('domain'),
    url: text('url'),
    epoch: { type: 'INT32', data: lengths.map(() => 0) },
    first_token: { type: 'INT64', data: firsts },
    token_count: { type: 'INT64', data: lengths.map(BigInt) },
    doc_offset: { type: 'INT64', data: lengths.map(() => 0n) },
  });
}

/** A whole mixed version: an llm.c and a Megatron shard of two documents. */
export function mixedVersion(): FixtureFile[] {
  const tokens = [50_256, 1, 2, 50_256, 3];
  return [
    {
      path: 'llmc/web-demo-00000.bin',
      role: 'shard',
      format: 'llmc',
      content: llmcShard(tokens),
      rows: 2,
      tokens: 5,
    },
    {
      path: 'llmc/web-demo-00000.docs.parquet',
      role: 'sidecar',
      format: 'parquet',
      content: sidecar([3, 2]),
      rows: 2,
    },
    {
      path: 'megatron/web-demo-00000.bin',
      role: 'shard',
      format: 'megatron',
      content: uint16(tokens),
      rows: 2,
      tokens: 5,
    },
    {
      path: 'megatron/web-demo-00000.docs.parquet',
      role: 'sidecar',
      format: 'parquet',
      content: sidecar([3, 2]),
      rows: 2,
    },
    {
      path: 'megatron/web-demo-00000.idx',
      role: 'index',
      format: 'megatron',
      content: megatronIndex([3, 2]),
      rows: 2,
    },
  ];
}
