import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { parseOverride, readRecipeFile } from './recipe-file.js';
import { ApiServer, problem } from './testing/api-server.js';
import { corpusmill } from './testing/command-line.js';
import { makeFolder, removeFolders } from './testing/fixtures.js';

const RECIPE = `apiVersion: corpusmill.dev/v1
name: demo
sources:
  - { name: crawl, kind: warc, uris: [a] }
  - name: other
    kind: wrac
stages:
  extract:
    languages: [en]
  filter:
    rules:
      - gopher-quality
      - nope
`;

afterEach(removeFolders);

function write(text: string): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'r.yaml'), text);
  return folder;
}

describe('a recipe file', () => {
  it('is sent as it is, with its own folder as the base of relative paths', async () => {
    const folder = write(RECIPE);
    const { request } = await readRecipeFile('r.yaml', [{ path: 'stages.mix.seed', value: 1 }], folder);
    expect(request).toEqual({
      recipe: RECIPE,
      baseUri: `file://${folder}/`,
      overrides: [{ path: 'stages.mix.seed', value: 1 }],
    });
  });

  it.each([
    ['/sources/1/kind', 6, '"wrac"'],
    ['/stages/filter/rules/1', 13, '"nope"'],
    ['/sources/0/name', 4, '"crawl"'],
    ['/stages/dedup/fuzzy', 7, null],
    ['/name', 2, '"demo"'],
    ['', null, expect.anything()],
  ])('gives line and value of %j: %s, %s', async (pointer, line, value) => {
    const { locate } = await readRecipeFile('r.yaml', [], write(RECIPE));
    expect(locate({ pointer, message: 'm' })).toEqual({ pointer, message: 'm', line, value });
  });

  it('reports every syntax error with its line, and needs no server for it', async () => {
    const outcome = await corpusmill(['run', 'r.yaml'], { cwd: write('a: [1\nb: }\na: 2\n') });
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/line 2: .*\n.*line 2: /);
  });

  it('prints every problem of the server with pointer, value and line; as JSON too', async () => {
    const errors = [
      { pointer: '/sources/1/kind', message: 'must be one of warc, wet, jsonl, parquet; did you mean warc?' },
      { pointer: '/stages/filter/rules/1', message: 'no such rule' },
    ];
    const server = new ApiServer({ 'POST /v1/plans': () => problem(422, 'RECIPE_INVALID', { errors }) });
    const url = await server.start();
    const cwd = write(RECIPE);
    const plain = await corpusmill(['plan', 'r.yaml'], { url, cwd });
    const json = await corpusmill(['plan', 'r.yaml', '--json'], { url, cwd });
    await server.stop();
    expect(plain).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error RECIPE_INVALID: r.yaml is not a valid recipe: 2 problems\n' +
        '  line 6  /sources/1/kind  = "wrac": must be one of warc, wet, jsonl, parquet; did you mean warc?\n' +
        '  line 13  /stages/filter/rules/1  = "nope": no such rule\n',
    });
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { code: 'RECIPE_INVALID', exitCode: 2, errors: [{ line: 6, value: '"wrac"' }, { line: 13 }] },
    });
  });
});

describe('--set', () => {
  it.each([
    ['stages.mix.tokens=1000', 'stages.mix.tokens', 1000],
    ['stages.extract.languages=["en","de"]', 'stages.extract.languages', ['en', 'de']],
    ['name=demo', 'name', 'demo'],
    ['stages.dedup.fuzzy=null', 'stages.dedup.fuzzy', null],
    ['name=a=b', 'name', 'a=b'],
  ])('parses %s', (text, path, value) => {
    expect(parseOverride(text)).toEqual({ path, value });
  });

  it.each(['nothing', '=1'])('refuses %j', (text) => {
    expect(() => parseOverride(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
