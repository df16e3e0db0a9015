import { describe, expect, it } from '@jest/globals';
import { RecipeSchema } from './recipe-schema.js';

const schema = new RecipeSchema();

const recipeWith = (stages: object, rest: object = {}) => ({
  apiVersion: 'corpusmill.dev/v1',
  name: 'web-demo',
  sources: [{ name: 'crawl', kind: 'warc', uris: ['a.warc.gz'] }],
  stages: { extract: {}, ...stages },
  ...rest,
});

const pointersOf = (value: unknown) => schema.problemsOf(value).map((problem) => problem.pointer);
const messagesOf = (value: unknown) => schema.problemsOf(value).map((problem) => problem.message);

const FAMILIES =
  'gopher-quality, gopher-repetition, c4, fineweb, c4-bad-words, c4-paragraph, refinedweb-lines, urls, symbols, text-to-code';

describe('recipe schema', () => {
  it('accepts the recipe of the design', () => {
    const stages = {
      extract: { languages: ['en'], minLanguageScore: 0.65 },
      filter: { rules: ['gopher-quality', 'gopher-repetition', 'c4', 'fineweb'] },
      dedup: { exact: true, fuzzy: { shingleWords: 5, bands: 14, rows: 8, minJaccard: 0.8 } },
      score: { models: ['quality'] },
      scrub: { entities: ['EMAIL', 'PHONE'], action: 'replace' },
      tokenize: { tokenizer: 'gpt2' },
      mix: {
        tokens: 1_000_000,
        weights: { web: 1 },
        formats: ['llmc', 'megatron'],
        shardTokens: 500_000,
        seed: 0,
      },
    };
    expect(schema.problemsOf(recipeWith(stages))).toEqual([]);
  });

  it('reports every problem at once, each with its pointer', () => {
    const value = recipeWith(
      { extract: { minLanguageScor: 0.5 }, dedup: { fuzzy: { minJaccard: 1.5 } }, mix: { formats: ['llm'] } },
      { name: 'Not Kebab', sources: [{ kind: 'zip', uris: [] }] },
    );
    expect(pointersOf(value).sort()).toEqual(
      [
        '/name',
        '/sources/0/kind',
        '/sources/0/name',
        '/sources/0/uris',
        '/stages/dedup/fuzzy/minJaccard',
        '/stages/extract/minLanguageScor',
        '/stages/mix/formats/0',
        '/stages/tokenize',
      ].sort(),
    );
  });

  it.each([
    [{ extract: { minLanguageScor: 1 } }, 'unknown key "minLanguageScor"; did you mean minLanguageScore?'],
    [
      { filter: { rules: ['gopher-qualit'] } },
      '"gopher-qualit" must be one of gopher-quality, gopher-repetition, c4, fineweb, c4-paragraph, refinedweb-lines, symbols, text-to-code; did you mean gopher-quality?',
    ],
    [{ dedup: { fuzzy: { bands: 'many' } } }, '"many" is string, must be integer'],
    [{ dedup: { fuzzy: { minJaccard: 1.5 } } }, '1.5 must be <= 1'],
    [{ dedup: { fuzzy: 3 } }, '3 must be null or object'],
    [{ mix: {} }, 'mix needs tokenize; add tokenize: {}'],
    [{ extract: { format: 'markdown', extractor: 'trafilatura' } }, '"trafilatura" must be "blocks"'],
    [{ scrub: { entities: ['EMAIL', 'EMAIL'] } }, 'the same as element 0; name each only once'],
    [{ filter: { rules: [{ name: 'c5' }] } }, `"c5" is not one of ${FAMILIES}`],
    [{ filter: { rules: [{ minWords: 5 }] } }, `name is missing; it must be one of ${FAMILIES}`],
    [
      { score: { models: [{ name: 'q', path: 'q.ftz', sha256: 'xyz' }] } },
      '"xyz" does not match ^[0-9a-f]{64}$; write the SHA-256 as 64 lower-case hex digits',
    ],
  ])('says of %j what is wrong and what to write', (stages, message) => {
    expect(messagesOf(recipeWith(stages))).toEqual([message]);
  });

  it('explains a rule object by the branch that its name means', () => {
    const rules = [{ name: 'gopher-quality', minWord: 5, maxWords: 'all' }];
    expect(pointersOf(recipeWith({ filter: { rules } })).sort()).toEqual([
      '/stages/filter/rules/0/maxWords',
      '/stages/filter/rules/0/minWord',
    ]);
  });

  it.each([[null], [[]], ['text'], [7], [{}]])('refuses %j', (value) => {
    expect(schema.problemsOf(value).length).toBeGreaterThan(0);
  });

  it('fills in every default, also within rules, fuzzy and models', () => {
    const completed = schema.complete(
      recipeWith({
        filter: { rules: ['c4', { name: 'fineweb', shortLineChars: 9 }] },
        dedup: {},
        score: { models: [{ name: 'q', path: 'p', sha256: 'd' }] },
        tokenize: {},
        mix: {},
      }),
    );
    expect(completed.sources[0]!.domain).toBe('web');
    expect(completed.stages.extract).toMatchObject({
      languages: [],
      minLanguageScore: 0.65,
      extractor: 'blocks',
      format: 'text',
      maxRecordBytes: 16_777_216,
    });
    expect(completed.stages.filter!['rules']).toEqual([
      'c4',
      {
        name: 'fineweb',
        minTerminalLineFraction: 0.12,
        shortLineChars: 9,
        maxShortLineFraction: 0.67,
        maxDuplicateLineCharFraction: 0.01,
        maxNewlineRatio: 0.3,
      },
    ]);
    expect(completed.stages.dedup).toEqual({
      exact: true,
      fuzzy: { shingleWords: 5, bands: 14, rows: 8, minJaccard: 0.8, seed: 0, maxShingles: 1_048_576 },
      maxRemovedFraction: 1,
      against: [],
      paragraphs: null,
      substrings: null,
      survivors: ['length desc', 'fetch_time asc'],
    });
    expect(completed.stages.score!['models']).toEqual([
      { name: 'q', path: 'p', sha256: 'd', label: '__label__hq' },
    ]);
    expect(completed.stages.tokenize).toEqual({ tokenizer: 'gpt2', chunks: null });
    expect(completed.stages.mix).toEqual({
      tokens: null,
      weights: null,
      caps: {},
      maxEpochs: 1,
      formats: ['llmc'],
      shardTokens: 100_000_000,
      seed: 0,
    });
  });

  it('keeps fuzzy null, which turns it off', () => {
    expect(schema.complete(recipeWith({ dedup: { fuzzy: null } })).stages.dedup!['fuzzy']).toBeNull();
  });

  it('does not change what it was given, nor its own defaults', () => {
    const value = recipeWith({ dedup: {} });
    const first = schema.complete(value);
    (first.stages.dedup!['fuzzy'] as { bands: number }).bands = 99;
    expect(value.stages).toEqual({ extract: {}, dedup: {} });
    expect(schema.complete(value).stages.dedup!['fuzzy']).toMatchObject({ bands: 14 });
  });
});
