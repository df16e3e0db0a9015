import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';
import { parquetReadObjects } from 'hyparquet';

import { parseManifest } from '../manifest/manifest.js';
import { buildManifest, makeFolder, parquetFile, removeFolders } from '../testing/fixtures.js';
import type { Columns, FixtureFile, ManifestFields } from '../testing/fixtures.js';
import { exportToFile, exportToOutput } from './export.js';
import type { ExportRequest } from './export.js';
import type { VersionSource } from './version-source.js';

afterEach(removeFolders);

const string = (data: readonly unknown[]) => ({ type: 'STRING' as const, data });

function documentColumns(ids: readonly string[]): Columns {
  return {
    doc_id: string(ids),
    id: string(ids.map((id) => `own-${id}`)),
    source: string(ids.map(() => 'crawl')),
    domain: string(ids.map(() => 'web')),
    url: string(ids.map((id) => `https://example.org/${id}`)),
    title: string(ids.map(() => null)),
    fetch_time: string(ids.map(() => '2024-05-01T00:00:00Z')),
    warc_uri: string(ids.map(() => 'a.warc.gz')),
    lang: string(ids.map(() => 'en')),
    lang_score: { type: 'DOUBLE', data: ids.map(() => 0.5) },
    text: string(ids.map((id) => `text of ${id} é😀`)),
    metadata: string(ids.map((id) => `{"n":"${id}"}`)),
  };
}

function file(role: string, columns: Columns, part = 0): FixtureFile {
  return { path: `${role}/part-${part}.parquet`, role, format: 'parquet', content: parquetFile(columns, 3) };
}

/** A version held in memory. */
function versionOf(
  files: readonly FixtureFile[],
  fields: ManifestFields,
  upstream: VersionSource | null = null,
): VersionSource {
  return {
    manifest: parseManifest(buildManifest(files, fields)).manifest,
    readFile: async (path, start, end) => {
      const content = files.find((one) => one.path === path)?.content ?? Buffer.alloc(0);
      return Uint8Array.from(content.subarray(start, end)).buffer;
    },
    upstream: () => Promise.resolve(upstream),
  };
}

async function jsonl(
  source: VersionSource,
  options: Partial<ExportRequest> = {},
): Promise<Record<string, unknown>[]> {
  const path = join(makeFolder(), 'out.jsonl');
  const count = await exportToFile(path, 'jsonl', {
    source,
    rejected: false,
    chunkTokens: null,
    limit: null,
    onDocuments: () => undefined,
    ...options,
  });
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  expect(count).toBe(lines.length);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const scored = {
  ...documentColumns(['a', 'b', 'c', 'd', 'e']),
  score_quality: { type: 'DOUBLE' as const, data: [0.1, 0.2, 0.3, 0.4, 0.5] },
  cluster_id: string(['a', 'b', 'c', 'd', 'e']),
  cluster_size: { type: 'INT64' as const, data: [1n, 2n, 1n, 1n, 1n] },
};
const score = versionOf([file('documents', scored)], { stage: 'score', dataset: 'web-demo/score' });

describe('export', () => {
  it('writes one document a line with the fields of the design, in order', async () => {
    const [first] = await jsonl(score);
    expect(JSON.stringify(first)).toBe(
      '{"doc_id":"a","id":"own-a","url":"https://example.org/a","title":null,"source":"crawl","domain":"web","lang":"en",' +
        '"lang_score":0.5,"text":"text of a é😀","metadata":{"n":"a"},"score_quality":0.1,"cluster_id":"a","cluster_size":1}',
    );
  });

  it('writes what pages say of themselves, and the languages of a mixed text as an object', async () => {
    const columns = {
      ...documentColumns(['a', 'b']),
      author: string(['Ann', null]),
      date: string(['2024-05-01', null]),
      licence: string([null, null]),
      opt_out: string(['noai', null]),
      lang_mix: string(['{"en":0.6,"de":0.4}', null]),
    };
    const records = await jsonl(
      versionOf([file('documents', columns)], { stage: 'extract', dataset: 'web-demo/extract' }),
    );
    expect(
      records.map(({ author, date, licence, opt_out, lang_mix }) => [
        author,
        date,
        licence,
        opt_out,
        lang_mix,
      ]),
    ).toEqual([
      ['Ann', '2024-05-01', null, 'noai', { en: 0.6, de: 0.4 }],
      [null, null, null, null, null],
    ]);
  });

  it('exports every file, across row groups, up to the limit', async () => {
    const two = versionOf(
      [
        file('documents', documentColumns(['a', 'b', 'c', 'd']), 0),
        file('documents', documentColumns(['e', 'f']), 1),
      ],
      { stage: 'filter' },
    );
    expect((await jsonl(two)).map((row) => row['doc_id'])).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect((await jsonl(two, { limit: 5 })).map((row) => row['doc_id'])).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('gives rejected documents with reason, detail and what they duplicate', async () => {
    const rejected = {
      ...documentColumns(['x']),
      reason: string(['fuzzy_duplicate']),
      detail: string(['0.9']),
      duplicate_of: string(['a']),
      similarity: { type: 'DOUBLE' as const, data: [0.9] },
    };
    const dedup = versionOf([file('documents', documentColumns(['a'])), file('rejected', rejected)], {
      stage: 'dedup',
    });
    const [row] = await jsonl(dedup, { rejected: true });
    expect(row).toMatchObject({
      doc_id: 'x',
      text: 'text of x é😀',
      reason: 'fuzzy_duplicate',
      detail: '0.9',
      duplicate_of: 'a',
      similarity: 0.9,
    });
  });

  it('takes the text of a mixed version from upstream, for exactly its documents', async () => {
    const tokenized = versionOf(
      [file('documents', { doc_id: string(['a', 'b', 'c', 'd', 'e']) })],
      { stage: 'tokenize' },
      score,
    );
    const provenance = file('provenance', { doc_id: string(['b', 'd']), url: string(['x', 'y']) });
    const overBudget = file('rejected', {
      doc_id: string(['c']),
      reason: string(['over_budget']),
      detail: string([null]),
    });
    const mix = versionOf([provenance, overBudget], { stage: 'mix' }, tokenized);
    expect((await jsonl(tokenized)).length).toBe(5);
    expect((await jsonl(mix)).map((row) => [row['doc_id'], row['text'], row['score_quality']])).toEqual([
      ['b', 'text of b é😀', 0.2],
      ['d', 'text of d é😀', 0.4],
    ]);
    expect(
      (await jsonl(mix, { rejected: true })).map((row) => [row['doc_id'], row['text'], row['reason']]),
    ).toEqual([['c', 'text of c é😀', 'over_budget']]);
  });

  it('cuts tokens into chunks from the start of each document, and leaves empty ones out', async () => {
    const columns: Columns = {
      doc_id: string(['a', 'b', 'c']),
      source: string(['crawl', 'crawl', 'crawl']),
      domain: string(['web', 'web', 'web']),
      url: string(['x', null, 'z']),
      tokens: { type: 'JSON', data: [[1, 2, 3, 4, 5], [], [6, 7]] },
      token_count: { type: 'INT32', data: [5, 0, 2] },
    };
    const tokenized = versionOf([file('documents', columns)], { stage: 'tokenize' });
    const rest = { source: 'crawl', domain: 'web' };
    expect(await jsonl(tokenized, { chunkTokens: 2 })).toEqual([
      { doc_id: 'a', ...rest, url: 'x', chunk: 0, chunks: 3, first_token: 0, token_count: 2, tokens: [1, 2] },
      { doc_id: 'a', ...rest, url: 'x', chunk: 1, chunks: 3, first_token: 2, token_count: 2, tokens: [3, 4] },
      { doc_id: 'a', ...rest, url: 'x', chunk: 2, chunks: 3, first_token: 4, token_count: 1, tokens: [5] },
      { doc_id: 'c', ...rest, url: 'z', chunk: 0, chunks: 1, first_token: 0, token_count: 2, tokens: [6, 7] },
    ]);
    const provenance = file('provenance', { doc_id: string(['c', 'b']) });
    const mix = versionOf([provenance], { stage: 'mix' }, tokenized);
    expect((await jsonl(mix, { chunkTokens: 2 })).map((row) => row['doc_id'])).toEqual(['c']);
    await expect(jsonl(score, { chunkTokens: 2 })).rejects.toThrow('has no tokens to cut');
  });

  it('writes Parquet that reads back', async () => {
    const path = join(makeFolder(), 'out.parquet');
    await exportToFile(path, 'parquet', {
      source: score,
      rejected: false,
      chunkTokens: null,
      limit: null,
      onDocuments: () => undefined,
    });
    const content = Uint8Array.from(readFileSync(path)).buffer;
    const rows = await parquetReadObjects({ file: content });
    expect(rows).toHaveLength(5);
    expect(rows[1]).toEqual({
      doc_id: 'b',
      id: 'own-b',
      url: 'https://example.org/b',
      title: null,
      source: 'crawl',
      domain: 'web',
      lang: 'en',
      lang_score: 0.5,
      text: 'text of b é😀',
      metadata: '{"n":"b"}',
      score_quality: 0.2,
      cluster_id: 'b',
      cluster_size: 2n,
    });
  });

  it.each(['jsonl', 'parquet'] as const)(
    'writes a valid empty file of an empty version as %s',
    async (format) => {
      const path = join(makeFolder(), 'out');
      const empty = versionOf([], { stage: 'filter' });
      expect(
        await exportToFile(path, format, {
          source: empty,
          rejected: false,
          chunkTokens: null,
          limit: null,
          onDocuments: () => undefined,
        }),
      ).toBe(0);
      if (format === 'jsonl') expect(readFileSync(path, 'utf8')).toBe('');
      else expect(await parquetReadObjects({ file: Uint8Array.from(readFileSync(path)).buffer })).toEqual([]);
    },
  );

  it('leaves nothing behind where it fails', async () => {
    const folder = makeFolder();
    const broken: VersionSource = { ...score, readFile: () => Promise.reject(new Error('gone')) };
    await expect(
      exportToFile(join(folder, 'out.jsonl'), 'jsonl', {
        source: broken,
        rejected: false,
        chunkTokens: null,
        limit: null,
        onDocuments: () => undefined,
      }),
    ).rejects.toThrow('gone');
    expect(readdirSync(folder)).toEqual([]);
    await expect(
      exportToFile(join(folder, 'no', 'out'), 'jsonl', {
        source: score,
        rejected: false,
        chunkTokens: null,
        limit: null,
        onDocuments: () => undefined,
      }),
    ).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND', exitCode: 2 });
  });

  it('waits for a slow reader of standard output', async () => {
    let text = '';
    let flushes = 0;
    const output = {
      isTty: false,
      columns: 80,
      write: (chunk: string) => (text += chunk),
      flush: () => Promise.resolve(void (flushes += 1)),
    };
    await exportToOutput(
      { ...output, write: (chunk) => void output.write(chunk) },
      { source: score, rejected: false, chunkTokens: null, limit: 2, onDocuments: () => undefined },
    );
    expect(text.trim().split('\n')).toHaveLength(2);
    expect(flushes).toBe(3);
  });
});
