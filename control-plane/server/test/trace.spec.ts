import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Problem } from '../src/common/http/problem.dto.js';
import type { TraceDto } from '../src/trace/dto/trace.dto.js';
import { Catalog } from './support/catalog.js';
import { addDemo, docId } from './support/demo-catalog.js';
import type { Api } from './support/api.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

const [FIRST, SECOND] = ['llmc/web-demo-00000.bin', 'llmc/web-demo-00001.bin'];

describe('trace', () => {
  let workspace: Workspace;
  let running: TestServer;
  let api: Api;

  beforeAll(async () => {
    workspace = await Workspace.create();
    running = await startTestServer(workspace);
    api = running.api;
    const catalog = new Catalog(workspace);
    await addDemo(catalog);
    await catalog.close();
  });

  afterAll(async () => {
    await running.server.close();
    await workspace.remove();
  });

  async function trace(query: Readonly<Record<string, string>>): Promise<TraceDto> {
    const answer = await api.get<TraceDto>(
      `/v1/trace?${new URLSearchParams({ dataset: 'web-demo', ...query }).toString()}`,
    );
    expect(answer.status).toBe(200);
    return answer.body;
  }

  async function refusal(query: Readonly<Record<string, string>>): Promise<[number, string]> {
    const { status, body } = await api.get<Problem>(
      `/v1/trace?${new URLSearchParams({ dataset: 'web-demo', ...query }).toString()}`,
    );
    return [status, body.code];
  }

  const decisions = ({ stages }: TraceDto) =>
    stages.map(({ stage, decision, reason }) => [stage, decision, reason]);

  it.each([
    [FIRST, 0, 2, 0],
    [FIRST, 9, 2, 9],
    [FIRST, 10, 1, 0],
    [FIRST, 17, 1, 7],
    [FIRST, 18, 3, 0],
    [FIRST, 24, 3, 6],
    [SECOND, 0, 3, 7],
    [SECOND, 4, 3, 11],
    [SECOND, 5, 4, 0],
    [SECOND, 14, 4, 9],
  ])(
    'finds the document of %s token %d: document %d, its token %d',
    async (file, token, document, documentToken) => {
      const body = await trace({ file, token: String(token) });
      expect(body.document?.docId).toBe(docId(document));
      expect(body.position).toEqual({ file, token, documentToken });
    },
  );

  it('finds every shard that a document stands in', async () => {
    const { shards } = await trace({ doc: docId(3) });
    expect(shards).toEqual([
      { file: FIRST, format: 'llmc', firstToken: 18, tokenCount: 7, docOffset: 0, epoch: 0 },
      { file: SECOND, format: 'llmc', firstToken: 0, tokenCount: 5, docOffset: 7, epoch: 0 },
    ]);
  });

  it('tells where the document came from, and nothing of its text', async () => {
    const body = await trace({ url: 'https://example.org/4' });
    expect(body.document).toEqual({
      docId: docId(4),
      id: null,
      url: 'https://example.org/4',
      title: 'Title 4',
      source: 'crawl',
      domain: 'web',
      warcUri: 'data/a.warc.gz',
      warcOffset: 4000,
      fetchTime: '2024-05-01T00:00:00Z',
      lang: 'en',
      langScore: 0.4,
      clusterId: null,
      clusterSize: null,
    });
    expect(JSON.stringify(body)).not.toContain('secret text');
  });

  it('says that every stage kept a document that is in the shards', async () => {
    expect(decisions(await trace({ doc: docId(1) }))).toEqual(
      ['extract', 'filter', 'dedup', 'tokenize', 'mix'].map((stage) => [stage, 'kept', null]),
    );
  });

  it.each<[number, string, string]>([
    [8, 'extract', 'language'],
    [7, 'filter', 'gopher_short_doc'],
    [6, 'dedup', 'fuzzy_duplicate'],
    [5, 'mix', 'over_budget'],
  ])('names the stage that rejected document %d: %s, %s', async (document, stage, reason) => {
    const order = ['extract', 'filter', 'dedup', 'tokenize', 'mix'];
    const expected = order.map((one, index) => {
      if (index < order.indexOf(stage)) return [one, 'kept', null];
      return index === order.indexOf(stage) ? [one, 'rejected', reason] : [one, 'absent', null];
    });
    const body = await trace({ url: `https://example.org/${document}` });
    expect(decisions(body)).toEqual(expected);
    expect(body.shards).toEqual([]);
  });

  it('names the survivor of a duplicate', async () => {
    const { stages } = await trace({ doc: docId(6) });
    expect(stages[2]).toMatchObject({
      stage: 'dedup',
      version: 'c'.repeat(12),
      detail: '6',
      duplicateOf: docId(1),
      similarity: 0.9,
    });
  });

  it('works on a version in the middle', async () => {
    const body = await trace({ dataset: 'web-demo/filter', doc: docId(6) });
    expect(decisions(body)).toEqual([
      ['extract', 'kept', null],
      ['filter', 'kept', null],
    ]);
  });

  it.each([
    ['a document that no stage knows', { doc: docId(99) }, 404, 'DOCUMENT_NOT_FOUND'],
    ['a url that no stage knows', { url: 'https://example.org/nowhere' }, 404, 'DOCUMENT_NOT_FOUND'],
    ['a token beyond the end', { file: FIRST, token: '25' }, 404, 'DOCUMENT_NOT_FOUND'],
    ['a file that is no shard', { file: 'provenance/part-00000.parquet', token: '0' }, 404, 'FILE_NOT_FOUND'],
    ['a file without a token', { file: FIRST }, 400, 'REQUEST_INVALID'],
    ['a token without a file', { token: '1' }, 400, 'REQUEST_INVALID'],
    ['nothing to look for', {}, 400, 'REQUEST_INVALID'],
    ['two things at once', { doc: docId(1), url: 'x' }, 400, 'REQUEST_INVALID'],
    ['a negative token', { file: FIRST, token: '-1' }, 400, 'REQUEST_INVALID'],
    ['a dataset that is not there', { dataset: 'nothing', doc: docId(1) }, 404, 'DATASET_NOT_FOUND'],
  ])('refuses %s', async (_what, query, status, code) => {
    expect(await refusal(query)).toEqual([status, code]);
  });
});
