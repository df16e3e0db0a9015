import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import {
  buildManifest,
  llmcShard,
  makeFolder,
  megatronIndex,
  mixedVersion,
  parquetFile,
  removeFolders,
  sidecar,
  uint16,
  writeVersion,
} from '../testing/fixtures.js';
import type { FixtureFile } from '../testing/fixtures.js';
import { tfrecordOf } from '../testing/tfrecord.js';
import { verify } from './verify.js';

afterEach(removeFolders);

/** A folder with the version as its manifest says, changed by `damage` afterwards. */
function folderOf(files: readonly FixtureFile[], damage: (folder: string) => void = () => undefined): string {
  const folder = makeFolder();
  writeVersion(folder, files, buildManifest(files));
  damage(folder);
  return folder;
}

async function problemsOf(folder: string): Promise<string[]> {
  const report = await verify(folder);
  expect(report.ok).toBe(report.problems.length === 0);
  return report.problems.map((problem) => `${problem.path} ${problem.code}`);
}

/** The problems of a version where one file has another content, and the manifest agrees with it. */
async function problemsWith(path: string, change: Partial<FixtureFile>): Promise<string[]> {
  return problemsOf(
    folderOf(mixedVersion().map((file) => (file.path === path ? { ...file, ...change } : file))),
  );
}

const LLMC = 'llmc/web-demo-00000.bin';
const MEGATRON = 'megatron/web-demo-00000.bin';
const IDX = 'megatron/web-demo-00000.idx';
const SIDECAR = 'llmc/web-demo-00000.docs.parquet';

function changed(buffer: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(buffer);
  change(copy);
  return copy;
}

describe('verify', () => {
  it('accepts a whole version and counts its tokens once', async () => {
    const report = await verify(folderOf(mixedVersion()));
    expect(report).toMatchObject({
      ok: true,
      problems: [],
      extra: [],
      tokens: 5,
      files: { checked: 5, notSelected: 0 },
    });
  });

  it('names every damaged file, not only the first', async () => {
    const folder = folderOf(mixedVersion(), (root) => {
      rmSync(join(root, IDX));
      writeFileSync(join(root, SIDECAR), 'short');
      writeFileSync(
        join(root, LLMC),
        changed(llmcShard([50_256, 1, 2, 50_256, 3]), (copy) => copy.writeUInt16LE(7, 1026)),
      );
    });
    expect(await problemsOf(folder)).toEqual([
      `${LLMC} SHA256_MISMATCH`,
      `${SIDECAR} SIZE_MISMATCH`,
      `${MEGATRON} BAD_INDEX`,
      `${IDX} MISSING`,
    ]);
  });

  it('notes files that are not of the version, without failing', async () => {
    const report = await verify(
      folderOf(mixedVersion(), (root) => writeFileSync(join(root, 'llmc', 'old.bin'), 'x')),
    );
    expect(report).toMatchObject({ ok: true, extra: ['llmc/old.bin'] });
  });

  it('does not follow a symbolic link', async () => {
    const folder = folderOf(mixedVersion(), (root) => {
      const outside = makeFolder();
      writeVersion(outside, mixedVersion());
      rmSync(join(root, 'llmc'), { recursive: true });
      symlinkSync(join(outside, 'llmc'), join(root, 'llmc'));
    });
    expect(await problemsOf(folder)).toEqual([`${LLMC} NOT_A_FILE`, `${SIDECAR} NOT_A_FILE`]);
  });

  it('leaves out what the pull left out on purpose', async () => {
    const folder = folderOf(mixedVersion(), (root) => rmSync(join(root, 'llmc'), { recursive: true }));
    const { manifestSha256 } = await verify(folder);
    const state = {
      apiVersion: 'corpusmill.dev/v1',
      manifestSha256,
      versionKey: 'a'.repeat(64),
      selection: { formats: ['megatron'], include: [] },
      checked: {},
      bytesDone: {},
    };
    writeFileSync(join(folder, '.corpusmill-pull.json'), JSON.stringify(state));
    expect(await verify(folder)).toMatchObject({ ok: true, files: { checked: 3, notSelected: 2 } });
  });

  it('refuses a folder without a manifest, and a manifest with a hostile path', async () => {
    const empty = makeFolder();
    await expect(verify(empty)).rejects.toMatchObject({ code: 'MANIFEST_MISSING', exitCode: 6 });
    await expect(verify(join(empty, 'nowhere'))).rejects.toMatchObject({
      code: 'FOLDER_NOT_FOUND',
      exitCode: 4,
    });
    const hostile = buildManifest([
      { path: '../x', role: 'shard', format: 'llmc', content: Buffer.alloc(1) },
    ]);
    writeFileSync(join(empty, 'manifest.json'), hostile);
    await expect(verify(empty)).rejects.toMatchObject({ code: 'MANIFEST_INVALID', exitCode: 6 });
  });

  it('checks an empty version', async () => {
    expect(await verify(folderOf([]))).toMatchObject({ ok: true, tokens: 0, files: { checked: 0 } });
  });
});

describe('verify of llm.c shards', () => {
  const good = llmcShard([50_256, 1, 2, 50_256, 3]);

  it.each<[string, Buffer, string]>([
    ['another magic', changed(good, (copy) => copy.writeInt32LE(20_240_521, 0)), 'BAD_HEADER'],
    ['another version', changed(good, (copy) => copy.writeInt32LE(7, 4)), 'BAD_HEADER'],
    ['a token too few for its header', good.subarray(0, good.length - 2), 'BAD_LENGTH'],
    ['a byte too many', Buffer.concat([good, Buffer.alloc(1)]), 'BAD_LENGTH'],
    [
      'a header that is not padded with zeros',
      changed(good, (copy) => copy.writeUInt8(1, 500)),
      'BAD_HEADER',
    ],
    ['half a header', good.subarray(0, 512), 'BAD_HEADER'],
    ['no byte at all', Buffer.alloc(0), 'BAD_HEADER'],
    [
      'a token outside of the vocabulary',
      changed(good, (copy) => copy.writeUInt16LE(50_257, 1026)),
      'TOKEN_OUT_OF_RANGE',
    ],
    ['another number of tokens than the manifest', llmcShard([1]), 'TOKEN_COUNT_MISMATCH'],
  ])('refuses one with %s', async (_what, content, code) => {
    expect(await problemsWith(LLMC, { content })).toEqual([`${LLMC} ${code}`]);
  });
});

describe('verify of Megatron shards', () => {
  const good = megatronIndex([3, 2]);
  const both = (code: string): string[] => [`${MEGATRON} ${code}`, `${IDX} ${code}`];

  it.each<[string, Buffer, string[]]>([
    ['another magic', changed(good, (copy) => copy.write('X', 0)), both('BAD_INDEX')],
    ['another version', changed(good, (copy) => copy.writeBigUInt64LE(2n, 9)), both('BAD_INDEX')],
    ['a dtype of eight bytes', changed(good, (copy) => copy.writeUInt8(5, 17)), both('BAD_INDEX')],
    ['a byte too few', good.subarray(0, good.length - 1), both('BAD_LENGTH')],
    [
      'more sequences than it has room for',
      changed(good, (copy) => copy.writeBigUInt64LE(1_000_000n, 18)),
      both('BAD_LENGTH'),
    ],
    [
      'a pointer that skips a token',
      changed(good, (copy) => copy.writeBigInt64LE(8n, 34 + 8 + 8)),
      both('BAD_INDEX'),
    ],
    ['a negative length', changed(good, (copy) => copy.writeInt32LE(-1, 34)), both('BAD_INDEX')],
    [
      'document bounds that do not end at its sequences',
      changed(good, (copy) => copy.writeBigInt64LE(1n, good.length - 8)),
      both('BAD_INDEX'),
    ],
    [
      'document bounds that do not begin at 0',
      changed(good, (copy) => copy.writeBigInt64LE(1n, 34 + 24)),
      both('BAD_INDEX'),
    ],
  ])('refuses an index with %s', async (_what, content, problems) => {
    expect(await problemsWith(IDX, { content })).toEqual(problems);
  });

  it('refuses a shard that is shorter than its index says', async () => {
    expect(await problemsWith(MEGATRON, { content: uint16([1, 2, 3, 4]) })).toEqual([
      `${MEGATRON} BAD_LENGTH`,
    ]);
  });
});

describe('verify of sidecars', () => {
  it.each<[string, Partial<FixtureFile>]>([
    [
      'a gap between two pieces',
      {
        content: parquetFile({
          first_token: { type: 'INT64', data: [0n, 4n] },
          token_count: { type: 'INT64', data: [3n, 1n] },
        }),
      },
    ],
    [
      'a piece without tokens',
      {
        content: parquetFile({
          first_token: { type: 'INT64', data: [0n, 5n] },
          token_count: { type: 'INT64', data: [5n, 0n] },
        }),
      },
    ],
    ['fewer tokens than the shard', { content: sidecar([3, 1]) }],
    ['another number of rows than the manifest', { content: sidecar([3, 1, 1]) }],
    ['no Parquet', { content: Buffer.from('PAR1 not really PAR1') }],
  ])('refuses one with %s', async (_what, change) => {
    expect(await problemsWith(SIDECAR, change)).toEqual([`${SIDECAR} BAD_SIDECAR`]);
  });

  it('refuses a shard without one', async () => {
    expect(await problemsOf(folderOf(mixedVersion().filter((file) => file.path !== SIDECAR)))).toEqual([
      `${LLMC} BAD_SIDECAR`,
    ]);
  });
});

describe('verify of TFRecord shards', () => {
  const PATH = 'tfrecord/web-demo-00000.tfrecord';
  const version = (content: Buffer, rows = 2): FixtureFile[] => [
    {
      path: 'tfrecord/web-demo-00000.docs.parquet',
      role: 'sidecar',
      format: 'parquet',
      content: sidecar([3, 2]),
      rows: 2,
    },
    { path: PATH, role: 'shard', format: 'tfrecord', content, rows, tokens: 5 },
  ];
  const good = tfrecordOf([
    [50_256, 1, 2],
    [50_256, 300],
  ]);

  it('accepts records with right checksums', async () => {
    expect(await problemsOf(folderOf(version(good)))).toEqual([]);
  });

  it.each<[string, Buffer]>([
    ['a flipped bit in its data', changed(good, (copy) => copy.writeUInt8((copy[20] ?? 0) ^ 1, 20))],
    ['a flipped bit in its length', changed(good, (copy) => copy.writeUInt8((copy[0] ?? 0) ^ 1, 0))],
    ['a cut record', good.subarray(0, good.length - 3)],
    ['a cut length', Buffer.concat([good, Buffer.alloc(5)])],
    ['a record too few', tfrecordOf([[50_256, 1, 2, 50_256, 300]])],
  ])('refuses one with %s', async (_what, content) => {
    expect(await problemsOf(folderOf(version(content)))).toEqual([`${PATH} BAD_RECORD`]);
  });
});

describe('verify of a version of documents', () => {
  const documents = (rows: number): FixtureFile[] => [
    {
      path: 'documents/part-0.parquet',
      role: 'documents',
      format: 'parquet',
      content: parquetFile({ doc_id: { type: 'STRING', data: ['a', 'b'] } }),
      rows,
    },
  ];

  it('compares rows with the manifest', async () => {
    expect(await problemsOf(folderOf(documents(2)))).toEqual([]);
    expect(await problemsOf(folderOf(documents(3)))).toEqual(['documents/part-0.parquet BAD_PARQUET']);
  });

  it('does not read a folder in place of a file', async () => {
    const folder = folderOf(documents(2), (root) => {
      rmSync(join(root, 'documents/part-0.parquet'));
      mkdirSync(join(root, 'documents/part-0.parquet'));
    });
    expect(await problemsOf(folder)).toEqual(['documents/part-0.parquet NOT_A_FILE']);
  });
});
