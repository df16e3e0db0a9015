import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../src/common/http/pagination.js';
import type { Problem } from '../src/common/http/problem.dto.js';
import type { Manifest } from '../src/contracts/contracts.js';
import type { DatasetDto, LineageDto, VersionDto, VersionFileDto } from '../src/datasets/dto/dataset.dto.js';
import type { ReportDto } from '../src/reports/dto/report.dto.js';
import { Catalog, sha256 } from './support/catalog.js';
import { addDemo, docId } from './support/demo-catalog.js';
import type { Api } from './support/api.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

type Row = Readonly<Record<string, unknown>>;

describe('the catalog', () => {
  let workspace: Workspace;
  let running: TestServer;
  let catalog: Catalog;
  let api: Api;
  let mix: Manifest;

  beforeAll(async () => {
    workspace = await Workspace.create();
    running = await startTestServer(workspace);
    catalog = new Catalog(workspace);
    api = running.api;
    mix = await addDemo(catalog);
  });

  afterAll(async () => {
    await catalog.close();
    await running.server.close();
    await workspace.remove();
  });

  const fileOf = (path: string) => mix.files.find((file) => file.path === path)!;
  const version = (name: string, of = 'latest') => `/v1/datasets/${encodeURIComponent(name)}/versions/${of}`;
  const raw = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(api.url + path, { method, headers: { Authorization: `Bearer ${api.token}`, ...headers } });

  it('lists datasets by name, page by page', async () => {
    const first = (await api.get<Page<DatasetDto>>('/v1/datasets?limit=3')).body;
    const second = (await api.get<Page<DatasetDto>>(`/v1/datasets?limit=3&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].map((dataset) => dataset.name)).toEqual([
      'web-demo',
      'web-demo/dedup',
      'web-demo/extract',
      'web-demo/filter',
      'web-demo/tokenize',
    ]);
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]).toMatchObject({
      stage: 'mix',
      latest: 'e'.repeat(12),
      versions: 1,
      documents: 4,
      tokens: 40,
    });
  });

  it('finds datasets by a part of their name, taken literally', async () => {
    expect(
      (await api.get<Page<DatasetDto>>('/v1/datasets?name=fil')).body.items.map((dataset) => dataset.name),
    ).toEqual(['web-demo/filter']);
    expect((await api.get<Page<DatasetDto>>('/v1/datasets?name=%25')).body.items).toEqual([]);
  });

  it('shows one dataset whose name has a slash', async () => {
    expect((await api.get<DatasetDto>('/v1/datasets/web-demo%2Ffilter')).body).toMatchObject({
      name: 'web-demo/filter',
      stage: 'filter',
      tokens: null,
    });
  });

  it('names what is not there', async () => {
    const missing = await api.get<Problem>('/v1/datasets/nothing');
    expect([missing.status, missing.body.code]).toEqual([404, 'DATASET_NOT_FOUND']);
    const version404 = await api.get<Problem>(version('web-demo', '0'.repeat(12)));
    expect([version404.status, version404.body.code]).toEqual([404, 'DATASET_VERSION_NOT_FOUND']);
    expect((await api.get<Problem>(version('web-demo', 'abc'))).body.code).toBe('REQUEST_INVALID');
  });

  it('gives a version by prefix, whole key and alias, with the manifest as its ETag', async () => {
    for (const name of ['latest', 'e'.repeat(12), 'e'.repeat(64)]) {
      const answer = await api.get<VersionDto>(version('web-demo', name));
      expect(answer.body).toMatchObject({
        dataset: 'web-demo',
        id: 'e'.repeat(12),
        aliases: ['latest'],
        tokens: 40,
        files: 6,
      });
      expect(answer.headers.get('etag')).toBe(`"${answer.body.manifestSha256}"`);
    }
  });

  it('makes the version that was used last the latest, and lists both', async () => {
    const newer = await catalog.add({ stage: 'filter', dataset: 'two/filter', key: '1', files: [] });
    await catalog.add({ stage: 'filter', dataset: 'two/filter', key: '2', files: [] });
    await catalog.register(newer, ['two/filter']);
    const path = '/v1/datasets/two%2Ffilter/versions';
    const first = (await api.get<Page<VersionDto>>(`${path}?limit=1`)).body;
    const second = (await api.get<Page<VersionDto>>(`${path}?limit=1&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].map(({ id, aliases }) => [id, aliases])).toEqual([
      ['1'.repeat(12), ['latest']],
      ['2'.repeat(12), []],
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it('serves the manifest byte for byte and answers 304 to its ETag', async () => {
    const answer = await raw(`${version('web-demo')}/manifest`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('etag')).toBe(`"${sha256(bytes)}"`);
    expect(JSON.parse(bytes.toString()) as unknown).toEqual(mix);
    expect(
      (await raw(`${version('web-demo')}/manifest`, { 'If-None-Match': `"${sha256(bytes)}"` })).status,
    ).toBe(304);
  });

  it('lists files by path, page by page', async () => {
    const first = (await api.get<Page<VersionFileDto>>(`${version('web-demo')}/files?limit=4`)).body;
    const second = (
      await api.get<Page<VersionFileDto>>(`${version('web-demo')}/files?limit=4&cursor=${first.nextCursor}`)
    ).body;
    expect([...first.items, ...second.items].map((file) => file.path)).toEqual(
      mix.files.map((file) => file.path).toSorted(),
    );
  });

  it('reports the funnel from extract on', async () => {
    const { body } = await api.get<ReportDto>(`${version('web-demo')}/report`);
    expect(body.funnel.map(({ stage, in: input, kept, tokens }) => [stage, input, kept, tokens])).toEqual([
      ['extract', 8, 7, null],
      ['filter', 7, 6, null],
      ['dedup', 6, 5, null],
      ['tokenize', 5, 5, 50],
      ['mix', 5, 4, 40],
    ]);
    expect(body).toMatchObject({ dataset: 'web-demo', version: 'e'.repeat(12), tokens: 40 });
    expect(body.funnel[2]).toMatchObject({
      rejectedByReason: { fuzzy_duplicate: 1 },
      wallSeconds: 1.5,
      report: { of: 'dedup' },
    });
  });

  it('gives the lineage down to the sources', async () => {
    const { body } = await api.get<LineageDto>(`${version('web-demo/dedup')}/lineage`);
    expect(body.nodes.map((node) => node.stage)).toEqual(['dedup', 'filter', 'extract']);
    expect(body.edges).toEqual([
      { from: 'b'.repeat(64), to: 'c'.repeat(64) },
      { from: 'a'.repeat(64), to: 'b'.repeat(64) },
    ]);
    expect(body.sources).toEqual([{ name: 'crawl', kind: 'warc', domain: 'web', files: 1, bytes: 5000 }]);
  });

  describe('files', () => {
    const SHARD = 'llmc/web-demo-00000.bin';
    const text = `shard ${SHARD} of 25`;
    const path = () => `${version('web-demo')}/files/${SHARD}`;

    it('are served whole as an attachment with their SHA-256', async () => {
      const answer = await raw(path());
      expect(await answer.text()).toBe(text);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        etag: `"${fileOf(SHARD).sha256}"`,
        'content-length': String(text.length),
        'content-disposition': 'attachment; filename="web-demo-00000.bin"',
        'x-content-type-options': 'nosniff',
        'accept-ranges': 'bytes',
      });
    });

    it.each([
      ['bytes=3-5', 206, text.slice(3, 6), `bytes 3-5/${text.length}`],
      ['bytes=10-', 206, text.slice(10), `bytes 10-${text.length - 1}/${text.length}`],
      ['bytes=-4', 206, text.slice(-4), `bytes ${text.length - 4}-${text.length - 1}/${text.length}`],
      ['bytes=0-99999', 206, text, `bytes 0-${text.length - 1}/${text.length}`],
      ['bytes=5-3', 200, text, null],
      ['bytes=1-2,4-5', 200, text, null],
      ['lines=1-2', 200, text, null],
    ])('answer Range %s with %d', async (range, status, body, contentRange) => {
      const answer = await raw(path(), { Range: range });
      expect([answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual([
        status,
        body,
        contentRange,
      ]);
    });

    it.each(['bytes=99999-', 'bytes=-0'])('refuse Range %s with 416 and their length', async (range) => {
      const answer = await raw(path(), { Range: range });
      expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes */${text.length}`]);
      expect(((await answer.json()) as Problem).code).toBe('RANGE_NOT_SATISFIABLE');
    });

    it('answer a range only while If-Range names them', async () => {
      const same = await raw(path(), { Range: 'bytes=3-5', 'If-Range': `"${fileOf(SHARD).sha256}"` });
      const other = await raw(path(), { Range: 'bytes=3-5', 'If-Range': '"other"' });
      expect([same.status, other.status, await other.text()]).toEqual([206, 200, text]);
    });

    it('answer HEAD without a body', async () => {
      const answer = await raw(path(), {}, 'HEAD');
      expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
        200,
        String(text.length),
        '',
      ]);
    });

    it.each([
      'manifest.json',
      '..%2f..%2fmanifest.json',
      '%2fetc%2fpasswd',
      'llmc',
      'llmc%2f..%2fllmc%2fweb-demo-00000.bin',
      'llmc%5cweb-demo-00000.bin',
    ])('are only those of the manifest: not %s', async (name) => {
      const answer = await raw(`${version('web-demo')}/files/${name}`);
      expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([404, 'FILE_NOT_FOUND']);
    });

    it('say so where the store has lost them', async () => {
      const lost = await catalog.add({
        stage: 'filter',
        dataset: 'lost/filter',
        key: '3',
        files: [
          { path: 'documents/a.parquet', role: 'documents', format: 'parquet', content: Buffer.from('x') },
        ],
      });
      rmSync(
        join(
          workspace.home,
          'store',
          'versions',
          'filter',
          lost.versionKey,
          lost.prefix,
          'documents/a.parquet',
        ),
      );
      expect((await api.get<Problem>(`${version('lost/filter')}/files/documents/a.parquet`)).body.code).toBe(
        'FILE_NOT_FOUND',
      );
    });

    it('need the token', async () => {
      expect((await fetch(api.url + path())).status).toBe(401);
    });
  });

  describe('documents', () => {
    it('are paged in the order of the files', async () => {
      const ids: unknown[] = [];
      let cursor = '';
      do {
        const { body } = await api.get<Page<Row>>(`${version('web-demo/dedup')}/documents?limit=2${cursor}`);
        expect(body.items.length).toBeLessThanOrEqual(2);
        ids.push(...body.items.map((row) => row['doc_id']));
        cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
      } while (cursor !== '');
      expect(ids).toEqual([5, 4, 3, 2, 1].map(docId));
    });

    it('have every column as JSON', async () => {
      const { body } = await api.get<Page<Row>>(`${version('web-demo/dedup')}/documents?limit=5`);
      expect(body.items[4]).toEqual({
        doc_id: docId(1),
        id: null,
        source: 'crawl',
        domain: 'web',
        url: 'https://example.org/1',
        title: 'Title 1',
        fetch_time: '2024-05-01T00:00:00Z',
        warc_uri: 'data/a.warc.gz',
        warc_offset: 1000,
        lang: 'en',
        lang_score: 0.1,
        text: 'secret text of 1',
        metadata: '{}',
        cluster_id: docId(1),
        cluster_size: 2,
      });
    });

    it('that were rejected are found by reason', async () => {
      const path = `${version('web-demo/dedup')}/documents?role=rejected`;
      const { body } = await api.get<Page<Row>>(`${path}&reason=fuzzy_duplicate`);
      expect(body.items.map((row) => [row['doc_id'], row['duplicate_of'], row['similarity']])).toEqual([
        [docId(6), docId(1), 0.9],
      ]);
      expect((await api.get<Page<Row>>(`${path}&reason=other`)).body).toEqual({
        items: [],
        nextCursor: null,
      });
    });

    it('refuse a cursor that is not theirs', async () => {
      for (const cursor of [
        'x',
        Buffer.from('["a","b"]').toString('base64url'),
        Buffer.from('[-1,0]').toString('base64url'),
      ]) {
        const answer = await api.get<Problem>(`${version('web-demo/dedup')}/documents?cursor=${cursor}`);
        expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_INVALID']);
      }
    });
  });
});
