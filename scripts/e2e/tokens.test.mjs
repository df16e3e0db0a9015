import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { VENV_PYTHON, at } from '../lib/paths.mjs';
import { Home } from './lib/home.mjs';
import { readLlmc, readMegatron } from './lib/shards.mjs';

const require = createRequire(at('control-plane/cli/package.json'));
const SHARED = at('../shared/data');
const DOCUMENTS = 1000;
const OUTPUT_LIMIT_BYTES = 1 << 28;
const home = new Home();
after(() => home.remove());

/** The first documents of the shared multilingual web snippets, as a JSON lines source. */
function writeSnippets() {
  const lines = gunzipSync(readFileSync(path.join(SHARED, 'text/hplt-snippets.jsonl.gz')))
    .toString('utf8')
    .split('\n')
    .filter(Boolean);
  const stride = Math.floor(lines.length / DOCUMENTS);
  const chosen = Array.from({ length: DOCUMENTS }, (_, index) => lines[index * stride]);
  const file = home.path('snippets.jsonl');
  writeFileSync(file, `${chosen.join('\n')}\n`);
  return file;
}

function referenceTokens(rows) {
  const input = rows.map(({ doc_id, text }) => JSON.stringify({ doc_id, text })).join('\n');
  const args = [at('scripts/e2e/lib/tiktoken_reference.py'), path.join(SHARED, 'tokenizers/gpt2')];
  const output = execFileSync(VENV_PYTHON, args, { input, encoding: 'utf8', maxBuffer: OUTPUT_LIMIT_BYTES });
  return new Map(
    output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map(({ doc_id, tokens }) => [doc_id, tokens]),
  );
}

/** Tokens by document, put together from every shard of a format by its sidecars. */
async function tokensByDocument({ manifest, folder }, format, tokensOf) {
  const { asyncBufferFromFile, parquetReadObjects } = await import(require.resolve('hyparquet/src/node.js'));
  const { compressors } = await import(require.resolve('hyparquet-compressors'));
  const documents = new Map();
  const shards = manifest.files
    .filter((file) => file.role === 'shard' && file.format === format)
    .map((file) => file.path)
    .toSorted();
  for (const shard of shards) {
    const tokens = tokensOf(path.join(folder, shard));
    const file = await asyncBufferFromFile(path.join(folder, shard.replace(/\.bin$/, '.docs.parquet')));
    for (const row of await parquetReadObjects({ file, compressors })) {
      const start = Number(row.first_token);
      documents.set(row.doc_id, [
        ...(documents.get(row.doc_id) ?? []),
        ...tokens.slice(start, start + Number(row.token_count)),
      ]);
    }
  }
  return documents;
}

test(
  'shard tokens of 1,000 documents equal tiktoken’s',
  { skip: existsSync(SHARED) ? false : 'needs ../shared' },
  async () => {
    const recipe = {
      apiVersion: 'corpusmill.dev/v1',
      name: 'parity',
      sources: [{ name: 'snippets', kind: 'jsonl', uris: [writeSnippets()], domain: 'web' }],
      stages: { extract: {}, tokenize: {}, mix: { formats: ['llmc', 'megatron'], shardTokens: 100_000 } },
    };
    const run = await home.runToEnd(recipe);
    assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
    const rows = await home.rows('parity/extract');
    const expected = referenceTokens(rows);
    const version = await home.version('parity');
    const llmc = await tokensByDocument(version, 'llmc', readLlmc);
    const megatron = await tokensByDocument(version, 'megatron', (file) => readMegatron(file).flat());
    assert.ok(expected.size >= DOCUMENTS - 20, `${expected.size} documents`);
    assert.equal(llmc.size, expected.size);
    for (const [id, tokens] of expected) {
      assert.deepEqual(llmc.get(id), [50256, ...tokens], id);
      assert.deepEqual(megatron.get(id), [...tokens, 50256], id);
    }
  },
);
