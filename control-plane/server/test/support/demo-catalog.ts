import type { Manifest } from '../../src/contracts/contracts.js';
import { type Catalog, type CatalogFile, type Columns, parquet } from './catalog.js';

/** doc_id of document `n`: n in 32 hex digits. */
export function docId(n: number): string {
  return n.toString(16).padStart(32, '0');
}

const string = (values: readonly unknown[]) => ['STRING', values] as const;

function documentColumns(numbers: readonly number[]): Columns {
  return {
    doc_id: string(numbers.map(docId)),
    id: string(numbers.map(() => null)),
    source: string(numbers.map(() => 'crawl')),
    domain: string(numbers.map(() => 'web')),
    url: string(numbers.map((n) => `https://example.org/${n}`)),
    title: string(numbers.map((n) => `Title ${n}`)),
    fetch_time: string(numbers.map(() => '2024-05-01T00:00:00Z')),
    warc_uri: string(numbers.map(() => 'data/a.warc.gz')),
    warc_offset: ['INT64', numbers.map((n) => BigInt(n * 1000))],
    lang: string(numbers.map(() => 'en')),
    lang_score: ['DOUBLE', numbers.map((n) => n / 10)],
    text: string(numbers.map((n) => `secret text of ${n}`)),
    metadata: string(numbers.map(() => '{}')),
  };
}

function documents(numbers: readonly number[], extra: Columns = {}): CatalogFile {
  const content = parquet({ ...documentColumns(numbers), ...extra }, 2);
  return {
    path: 'documents/part-00000.parquet',
    role: 'documents',
    format: 'parquet',
    content,
    rows: numbers.length,
  };
}

function rejected(numbers: readonly number[], reason: string, extra: Columns = {}): CatalogFile {
  const columns = {
    ...documentColumns(numbers),
    reason: string(numbers.map(() => reason)),
    detail: string(numbers.map((n) => `${n}`)),
  };
  const content = parquet({ ...columns, ...extra }, 2);
  return {
    path: 'rejected/part-00000.parquet',
    role: 'rejected',
    format: 'parquet',
    content,
    rows: numbers.length,
  };
}

/** Pieces of documents in a shard: number, tokens, offset in the document. */
type Piece = readonly [number, number, number];

function sidecar(path: string, pieces: readonly Piece[]): CatalogFile {
  const firsts = pieces.map((_, index) =>
    BigInt(pieces.slice(0, index).reduce((sum, piece) => sum + piece[1], 0)),
  );
  const content = parquet(
    {
      doc_id: string(pieces.map(([n]) => docId(n))),
      epoch: ['INT32', pieces.map(() => 0)],
      first_token: ['INT64', firsts],
      token_count: ['INT64', pieces.map((piece) => BigInt(piece[1]))],
      doc_offset: ['INT64', pieces.map((piece) => BigInt(piece[2]))],
    },
    2,
  );
  return { path, role: 'sidecar', format: 'parquet', content, rows: pieces.length };
}

function shard(path: string, tokens: number): CatalogFile {
  return { path, role: 'shard', format: 'llmc', content: Buffer.from(`shard ${path} of ${tokens}`), tokens };
}

const counts = (input: number, kept: number, reason: string, tokens: number | null = null) => ({
  in: input,
  kept,
  rejected: input - kept,
  rejectedByReason: { [reason]: input - kept },
  bySource: { crawl: { in: input, kept, rejected: input - kept, quarantined: 0 } },
  byLanguage: { en: kept },
  tokens,
});

/**
 * `web-demo` over five stages. Of documents 1 to 8: extract rejects 8, filter 7, dedup 6 (a duplicate
 * of 1), mix 5; document 3 goes over the edge between the two shards.
 */
export async function addDemo(catalog: Catalog): Promise<Manifest> {
  const extract = await catalog.add({
    stage: 'extract',
    dataset: 'web-demo/extract',
    key: 'a',
    files: [documents([1, 2, 3, 4, 5, 6, 7]), rejected([8], 'language')],
    counts: counts(8, 7, 'language'),
    sources: [{ name: 'crawl', kind: 'warc', domain: 'web', files: 1, bytes: 5000 }],
  });
  const filter = await catalog.add({
    stage: 'filter',
    dataset: 'web-demo/filter',
    key: 'b',
    input: extract,
    files: [documents([1, 2, 3, 4, 5, 6]), rejected([7], 'gopher_short_doc')],
    counts: counts(7, 6, 'gopher_short_doc'),
  });
  const dedup = await catalog.add({
    stage: 'dedup',
    dataset: 'web-demo/dedup',
    key: 'c',
    input: filter,
    files: [
      documents([5, 4, 3, 2, 1], {
        cluster_id: string([5, 4, 3, 2, 1].map(docId)),
        cluster_size: ['INT64', [1n, 1n, 1n, 1n, 2n]],
      }),
      rejected([6], 'fuzzy_duplicate', { duplicate_of: string([docId(1)]), similarity: ['DOUBLE', [0.9]] }),
    ],
    counts: counts(6, 5, 'fuzzy_duplicate'),
  });
  const { text: _text, ...textless } = documentColumns([1, 2, 3, 4, 5]);
  const tokenize = await catalog.add({
    stage: 'tokenize',
    dataset: 'web-demo/tokenize',
    key: 'd',
    input: dedup,
    files: [
      {
        path: 'documents/part-00000.parquet',
        role: 'documents',
        format: 'parquet',
        content: parquet(textless),
        rows: 5,
      },
    ],
    counts: counts(5, 5, 'none', 50),
  });
  return addMix(catalog, tokenize);
}

function addMix(catalog: Catalog, input: Manifest): Promise<Manifest> {
  const { text: _text, ...textless } = documentColumns([1, 2, 3, 4]);
  return catalog.add({
    stage: 'mix',
    dataset: 'web-demo',
    key: 'e',
    input,
    files: [
      shard('llmc/web-demo-00000.bin', 25),
      sidecar('llmc/web-demo-00000.docs.parquet', [
        [2, 10, 0],
        [1, 8, 0],
        [3, 7, 0],
      ]),
      shard('llmc/web-demo-00001.bin', 15),
      sidecar('llmc/web-demo-00001.docs.parquet', [
        [3, 5, 7],
        [4, 10, 0],
      ]),
      {
        path: 'provenance/part-00000.parquet',
        role: 'provenance',
        format: 'parquet',
        content: parquet(textless, 2),
        rows: 4,
      },
      rejected([5], 'over_budget'),
    ],
    counts: counts(5, 4, 'over_budget', 40),
  });
}
