import path from 'node:path';

const KINDS = [
  [/\.wet(\.gz)?$/, 'wet'],
  [/\.warc(\.gz)?$/, 'warc'],
  [/\.(jsonl|ndjson)(\.gz|\.zst)?$/, 'jsonl'],
  [/\.parquet$/, 'parquet'],
];

/** The source kind that a path or glob names by its ending; throws where it names none. */
export function kindOf(uri) {
  const found = KINDS.find(([pattern]) => pattern.test(uri));
  if (!found)
    throw new Error(
      `cannot tell what ${uri} holds; its name must end with .warc, .warc.gz, .wet.gz, .jsonl, .jsonl.gz or .parquet`,
    );
  return found[1];
}

const STAGES = {
  filter: { rules: ['gopher-quality', 'gopher-repetition', 'c4', 'fineweb'] },
  dedup: { exact: true, fuzzy: { shingleWords: 5, bands: 14, rows: 8, minJaccard: 0.8 } },
  scrub: { entities: ['EMAIL', 'PHONE', 'IP', 'CREDIT_CARD', 'IBAN', 'US_SSN'], action: 'replace' },
  tokenize: { tokenizer: 'gpt2' },
};

/** The demo's own crawl: two domains, English only, a fixed token budget. */
export function demoRecipe(crawl, model) {
  return {
    apiVersion: 'corpusmill.dev/v1',
    name: 'web-demo',
    sources: [
      { name: 'crawl', kind: 'warc', uris: [`${crawl}/*.warc.gz`], domain: 'web' },
      { name: 'notes', kind: 'jsonl', uris: [`${crawl}/notes.jsonl`], domain: 'notes' },
    ],
    stages: {
      extract: { languages: ['en'], minLanguageScore: 0.65 },
      ...STAGES,
      score: { models: [{ name: 'quality', ...model }] },
      mix: {
        tokens: 200_000,
        weights: { web: 9, notes: 1 },
        maxEpochs: 1,
        formats: ['llmc', 'megatron'],
        shardTokens: 50_000,
        seed: 0,
      },
    },
  };
}

/** The same stages over the user's own files; `languages` empty keeps all. */
export function ownRecipe(inputs, languages, model) {
  const sources = inputs.map((uri, index) => ({
    name: `input-${index}`,
    kind: kindOf(uri),
    uris: [uri.includes('://') ? uri : path.resolve(process.env.INIT_CWD ?? '.', uri)],
    domain: 'web',
  }));
  return {
    apiVersion: 'corpusmill.dev/v1',
    name: 'own-demo',
    sources,
    stages: {
      extract: { languages },
      ...STAGES,
      score: { models: [{ name: 'quality', ...model }] },
      mix: { formats: ['llmc', 'megatron'], shardTokens: 10_000_000, seed: 0 },
    },
  };
}
