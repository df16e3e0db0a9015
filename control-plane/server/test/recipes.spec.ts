import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../src/common/canonical-json.js';
import type { ErrorItem } from '../src/common/errors.js';
import type { PlanDto } from '../src/plans/dto/plan.dto.js';
import type { ValidatedRecipe } from '../src/recipes/dto/recipe.dto.js';
import { queryRows } from './support/databases.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

interface Invalid {
  readonly code: string;
  readonly errors: readonly ErrorItem[];
}

describe('recipes', () => {
  let workspace: Workspace;
  let running: TestServer;

  beforeAll(async () => {
    workspace = await Workspace.create();
    running = await startTestServer(workspace);
    for (const name of ['b.jsonl', 'c.jsonl']) writeFileSync(join(workspace.folder, 'data', name), '{}\n');
  });

  afterAll(async () => {
    await running.server.close('end');
    await workspace.remove();
  });

  const validate = <T>(recipe: unknown, overrides: readonly object[] = []) =>
    running.api.post<T>('/v1/recipes/validate', { recipe, overrides, baseUri: workspace.baseUri });

  const errorsOf = async (recipe: unknown): Promise<string[]> => {
    const answer = await validate<Invalid>(recipe);
    expect([answer.status, answer.body.code]).toEqual([422, 'RECIPE_INVALID']);
    return answer.body.errors.map((error) => `${error.pointer} ${error.code ?? ''}`.trim());
  };

  const withSources = (uris: readonly string[]) => ({
    ...workspace.recipe({ extract: {} }),
    sources: [{ name: 'web', kind: 'jsonl', uris }],
  });

  const planned = async (recipe: unknown): Promise<PlanDto> =>
    (await running.api.post<PlanDto>('/v1/plans', { recipe, baseUri: workspace.baseUri })).body;

  it('are refused where survivors are chosen by columns that dedup cannot have yet', async () => {
    const survivors = [
      'score_quality desc',
      'length desc',
      'metadata.score_quality',
      'rule_values.c4',
      'date',
    ];
    const answer = await validate<Invalid>(workspace.recipe({ extract: {}, dedup: { survivors } }));
    expect([answer.status, answer.body.code]).toEqual([422, 'RECIPE_INVALID']);
    const has =
      'it has length, author, date, doc_id, domain, fetch_time, id, lang, lang_mix, lang_score, licence, metadata, opt_out, source, text, title, url, warc_offset, warc_uri and metadata.KEY';
    expect(answer.body.errors).toEqual([
      {
        pointer: '/stages/dedup/survivors/0',
        message: `dedup's input has no column score_quality; score runs after dedup; ${has}`,
      },
      {
        pointer: '/stages/dedup/survivors/3',
        message: `dedup's input has no column rule_values.c4; ${has}`,
      },
    ]);
  });

  it('have the digest of their canonical JSON, however they are written', async () => {
    const object = await validate<ValidatedRecipe>(workspace.recipe());
    const yaml = `# a comment\nstages: { filter: {}, extract: { minLanguageScore: 0.65 } }\nname: test\napiVersion: corpusmill.dev/v1\nsources:\n  - { kind: jsonl, uris: ["data/*.jsonl"], name: web }\n`;
    const text = await validate<ValidatedRecipe>(yaml);
    expect(text.body.digest).toBe(object.body.digest);
    expect(object.body.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('can be changed by overrides', async () => {
    const changed = await validate<ValidatedRecipe>(workspace.recipe(), [
      { path: 'stages.extract.languages', value: ['de'] },
    ]);
    expect(changed.body.recipe).toMatchObject({ stages: { extract: { languages: ['de'] } } });
  });

  it('with problems of every kind get them all in one answer, and nothing is started', async () => {
    const recipe = {
      ...workspace.recipe({
        extract: {},
        score: {},
        tokenize: { tokenizer: 'no-such' },
        mix: { weights: { books: 1 } },
      }),
      name: 'Bad Name',
      sources: [
        { name: 'web', kind: 'jsonl', uris: ['data/*.jsonl'] },
        { name: 'web', kind: 'jsonl', uris: ['data'] },
        { name: 'zip', kind: 'zip', uris: ['x'] },
      ],
    };
    const body = { recipe, baseUri: workspace.baseUri };
    const answer = await running.api.post<Invalid>('/v1/runs', body, { 'Idempotency-Key': 'bad' });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error) => `${error.pointer} ${error.code ?? ''}`.trim()).sort()).toEqual(
      [
        '/name',
        '/sources/1/name',
        '/sources/1/uris/0',
        '/sources/2/kind',
        '/stages/mix/weights/books',
        '/stages/score/models/0 MODEL_INVALID',
        '/stages/tokenize/tokenizer TOKENIZER_INVALID',
      ].sort(),
    );
    expect(await queryRows(workspace.database.url, 'select id from runs')).toEqual([]);
  });

  it('take files in code unit order, each once, named as the recipe writes them', async () => {
    const plan = await planned(withSources(['data/c.jsonl', './data/a.jsonl', 'data/*.jsonl']));
    expect(plan.sources[0]).toMatchObject({ files: 3, missing: [] });
  });

  it('pass on a file or glob that leads to nothing among others as missing', async () => {
    const plan = await planned(withSources(['data/a.jsonl', 'data/none.jsonl', 'other/*.jsonl']));
    expect(plan.sources[0]).toMatchObject({ files: 1, missing: ['data/none.jsonl', 'other/*.jsonl'] });
  });

  it('that lead to no file at all are refused', async () => {
    expect(await errorsOf(withSources(['none/*.jsonl']))).toEqual(['/sources/0/uris']);
  });

  it('name folders and foreign schemes are refused with what to write instead', async () => {
    const answer = await validate<Invalid>(withSources(['data/', 'ftp://host/x', 's3://bucket']));
    expect(answer.body.errors.map((error) => error.message)).toEqual([
      '"data/" is a folder; name its files, as in "data/*"',
      '"ftp://host/x" cannot be read here; use a path, a glob, file:///path or s3://bucket/key',
      '"s3://bucket" is no s3://bucket/key',
    ]);
  });

  describe('models', () => {
    const scored = (models: readonly unknown[]) => workspace.recipe({ extract: {}, score: { models } });

    it('must be there, be what their digest says, and be fastText models', async () => {
      const path = join(workspace.folder, 'm.bin');
      writeFileSync(path, 'this is no model');
      const sha256 = sha256Hex('this is no model');
      const models = [
        'missing',
        { name: 'other', path: 'm.bin', sha256: '0'.repeat(64) },
        { name: 'text', path: 'm.bin', sha256 },
      ];
      const answer = await validate<Invalid>(scored(models));
      const messages = answer.body.errors.map((error) => error.message);
      expect(messages[0]).toContain('missing is not there: looked for');
      expect(messages[1]).toContain(`has the SHA-256 ${sha256}, the recipe says 000`);
      expect(messages[2]).toContain('is not a fastText model');
    });

    it('count by digest and not by place', async () => {
      workspace.addModel('quality');
      workspace.addModel('copy');
      const head = Buffer.alloc(16);
      head.writeInt32LE(793_712_314);
      const sha256 = sha256Hex(head);
      const keyOf = async (path: string) =>
        (await planned(scored([{ name: 'q', path: join(workspace.home, 'models', path), sha256 }]))).steps[1]!
          .versionKey;
      expect(await keyOf('quality.ftz')).toBe(await keyOf('copy.ftz'));
    });
  });

  describe('tokenizers', () => {
    const tokenized = (tokenizer: unknown) => workspace.recipe({ extract: {}, tokenize: { tokenizer } });

    const write = (files: Readonly<Record<string, string>>): string => {
      const folder = join(workspace.folder, `tokenizer-${Math.random()}`);
      mkdirSync(folder);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      return folder;
    };

    it('may be gpt2, a tokenizer.json, or a folder with vocab and merges', async () => {
      const json = join(write({ 'tokenizer.json': '{"model":{"type":"BPE"}}' }), 'tokenizer.json');
      const pair = write({ 'vocab.json': '{"a":0,"b":1}', 'merges.txt': '#version: 0.2\na b\n' });
      for (const tokenizer of [
        'gpt2',
        json,
        pair,
        { path: json, sha256: sha256Hex('{"model":{"type":"BPE"}}') },
      ]) {
        expect((await validate(tokenized(tokenizer))).status).toBe(200);
      }
    });

    it.each<[string, Readonly<Record<string, string>>, string]>([
      ['broken JSON', { 'tokenizer.json': '{"model":' }, 'is no JSON'],
      ['another JSON', { 'tokenizer.json': '{"a":1}' }, 'it is no tokenizer.json'],
      ['a vocab of words', { 'vocab.json': '{"a":"b"}', 'merges.txt': 'a b' }, 'must map tokens to integers'],
      [
        'merges of one token',
        { 'vocab.json': '{"a":0}', 'merges.txt': 'ab\n' },
        'must have two tokens on every line',
      ],
      ['an empty folder', {}, 'no folder with tokenizer.json or with vocab.json and merges.txt'],
    ])('are refused before any work: %s', async (_what, files, message) => {
      const answer = await validate<Invalid>(tokenized(write(files)));
      expect(answer.body.errors).toMatchObject([
        { pointer: '/stages/tokenize/tokenizer', code: 'TOKENIZER_INVALID' },
      ]);
      expect(answer.body.errors[0]!.message).toContain(message);
    });
  });

  it('are refused where they want more memory than there is', async () => {
    const recipe = { ...workspace.recipe({ extract: {} }), resources: { extract: { memoryMb: 4_000_000 } } };
    expect(await errorsOf(recipe)).toEqual(['/resources/extract/memoryMb']);
  });

  it('do not change a version by their resources', async () => {
    const recipe = workspace.recipe({ extract: {} });
    const sized = { ...recipe, resources: { extract: { cpu: 1, memoryMb: 700, partitionsPerCore: 5 } } };
    const [plain, larger] = await Promise.all([planned(recipe), planned(sized)]);
    expect(plain.steps[0]!.versionKey).toBe(larger.steps[0]!.versionKey);
  });
});
