import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sha256Hex } from '../common/canonical-json.js';
import { resolveLists } from './lists.js';
import { FileStorage } from '../storage/file-storage.js';
import type { Recipe } from './recipe.js';
import { RecipeFiles } from './recipe-files.js';

describe('lists of filter rules', () => {
  let folder: string;
  const sha256 = sha256Hex('a\nb\n');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'corpusmill-lists-'));
    await writeFile(join(folder, 'list.txt'), 'a\nb\n');
  });

  afterAll(() => rm(folder, { recursive: true }));

  const resolve = (rules: readonly unknown[]) => {
    const recipe = { apiVersion: 'v', name: 'n', sources: [], stages: { filter: { rules } } } as Recipe;
    return resolveLists(recipe, {
      baseDirectory: folder,
      files: new RecipeFiles(new FileStorage('file:///')),
    });
  };

  it('are found beside the recipe and named by rule and setting', async () => {
    const lists = [{ language: 'en', path: 'list.txt', sha256 }];
    const found = await resolve([
      'c4',
      { name: 'urls', domains: { path: join(folder, 'list.txt'), sha256 }, maxSoftWords: 1 },
      { name: 'c4-bad-words', lists },
    ]);
    const uri = pathToFileURL(join(folder, 'list.txt')).href;
    expect(found.problems).toEqual([]);
    expect(found.lists).toEqual([
      { name: 'urls.domains', uri, sha256 },
      { name: 'c4-bad-words.lists.0', uri, sha256 },
    ]);
  });

  it('that are missing or other files are problems with pointers', async () => {
    const found = await resolve([
      {
        name: 'urls',
        urls: { path: 'gone.txt', sha256 },
        subWords: { path: 'list.txt', sha256: '0'.repeat(64) },
      },
    ]);
    expect(found.problems).toEqual([
      { pointer: '/stages/filter/rules/0/urls', message: 'the list "gone.txt" is not there' },
      {
        pointer: '/stages/filter/rules/0/subWords',
        message: `the list "list.txt" has the SHA-256 ${sha256}, the recipe says ${'0'.repeat(64)}`,
      },
    ]);
  });
});
