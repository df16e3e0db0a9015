import { CliError, EXIT } from '../errors.js';
import { readOverlays } from './document-stream.js';
import type { RecordBatch } from './document-stream.js';
import type { ExportRecord } from './export-record.js';
import { openRemoteParquet, readBatches } from './parquet-rows.js';
import type { ParquetRow } from './parquet-rows.js';
import type { VersionSource } from './version-source.js';

const COPIED = ['doc_id', 'source', 'domain', 'url'] as const;
const READ = new Set<string>([...COPIED, 'tokens']);

/** Fields of a chunk: which document, which part of it (`chunk` of `chunks`, from 0), and its token ids. */
const CHUNK_FIELDS = [...COPIED, 'chunk', 'chunks', 'first_token', 'token_count', 'tokens'];

/** Whether documents of a stage can be cut into chunks of tokens. */
export function hasTokens(stage: string): boolean {
  return stage === 'tokenize' || stage === 'mix';
}

/**
 * The documents of a tokenize version in pieces of at most `maxTokens` tokens, each document cut from its start; a
 * document without tokens gives none. No end-of-text token is among them. Of a mix, the documents that are in it, each
 * once.
 */
export async function* streamChunks(source: VersionSource, maxTokens: number): AsyncGenerator<RecordBatch> {
  const { stage, dataset, files } = source.manifest;
  if (!hasTokens(stage)) {
    const message = `${dataset} has no tokens to cut; give the output of tokenize or mix, as web-demo/tokenize`;
    throw new CliError('NO_TOKENS', EXIT.usage, message);
  }
  if (stage === 'tokenize') {
    yield* readChunks(source, maxTokens, () => true);
    return;
  }
  const tokenized = await source.upstream();
  if (tokenized === null) throw new CliError('INPUT_MISSING', EXIT.notFound, `${dataset} has no input`);
  const provenance = files.filter(({ role }) => role === 'provenance');
  for await (const ids of readOverlays(source, provenance))
    yield* readChunks(tokenized, maxTokens, (id) => ids.has(id));
}

async function* readChunks(
  source: VersionSource,
  maxTokens: number,
  isWanted: (docId: string) => boolean,
): AsyncGenerator<RecordBatch> {
  for (const file of source.manifest.files.filter(({ role }) => role === 'documents')) {
    const parquet = await openRemoteParquet(source, file);
    for await (const rows of readBatches(parquet, (column) => READ.has(column))) {
      const wanted = rows.filter((row) => isWanted(String(row['doc_id'])));
      const records = wanted.flatMap((row) => chunksOf(row, maxTokens));
      if (records.length > 0) yield { fields: CHUNK_FIELDS, records };
    }
  }
}

function chunksOf(row: ParquetRow, maxTokens: number): ExportRecord[] {
  const tokens = Array.from(row['tokens'] as ArrayLike<number>, Number);
  const chunks = Math.ceil(tokens.length / maxTokens);
  const copied = Object.fromEntries(COPIED.map((name) => [name, row[name] ?? null]));
  return Array.from({ length: chunks }, (_, chunk) => {
    const first = chunk * maxTokens;
    const part = tokens.slice(first, first + maxTokens);
    return { ...copied, chunk, chunks, first_token: first, token_count: part.length, tokens: part };
  });
}
