import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { sentences } from '../../demo/grammar.mjs';
import { randomFrom } from '../../demo/random.mjs';

/** Writes `count` documents as JSON lines, every tenth a copy of the first one's text, and returns the path. */
export function writeDocuments(folder, { count = 120, files = 3, seed = 1 } = {}) {
  mkdirSync(folder, { recursive: true });
  const random = randomFrom(seed);
  const texts = Array.from({ length: count }, () => sentences(random, 'en', 16).join('\n'));
  const line = (index) =>
    JSON.stringify({
      id: `d${index}`,
      url: `https://example.org/${index}`,
      text: index % 10 === 9 ? texts[0] : texts[index],
    });
  for (let file = 0; file < files; file += 1) {
    const own = Array.from({ length: count }, (_, index) => index).filter((index) => index % files === file);
    writeFileSync(path.join(folder, `documents-${file}.jsonl`), `${own.map(line).join('\n')}\n`);
  }
  return path.join(folder, '*.jsonl');
}

/** A small recipe over JSON lines: the five Spark stages, and the Ray stages where a model is given. */
export function shortRecipe(uris, { name = 'short', model, seed = 0, resources } = {}) {
  const models = model ? { score: { models: [{ name: 'quality', ...model }] }, scrub: {} } : {};
  return {
    apiVersion: 'corpusmill.dev/v1',
    name,
    sources: [{ name: 'documents', kind: 'jsonl', uris: [uris].flat(), domain: 'web' }],
    stages: {
      extract: { languages: ['en'] },
      filter: { rules: ['gopher-quality', 'fineweb'] },
      dedup: {},
      ...models,
      tokenize: {},
      mix: { tokens: 12_000, formats: ['llmc', 'megatron', 'tfrecord'], shardTokens: 4096, seed },
    },
    ...(resources ? { resources } : {}),
  };
}

const STAGES = ['extract', 'filter', 'dedup', 'score', 'scrub', 'tokenize', 'mix'];

/** The same resources for every stage. */
export const resourcesOf = (resources) => Object.fromEntries(STAGES.map((stage) => [stage, resources]));
