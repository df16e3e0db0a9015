import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Home } from './lib/home.mjs';
import { shortRecipe, writeDocuments } from './lib/recipes.mjs';

let home;
let recipe;
before(async () => {
  home = new Home();
  const list = 'farmer\n';
  writeFileSync(home.path('words.txt'), list);
  const { stages, ...rest } = shortRecipe(writeDocuments(home.path('documents')), { name: 'filtered' });
  const badWords = {
    name: 'c4-bad-words',
    lists: [{ language: 'en', path: 'words.txt', sha256: createHash('sha256').update(list).digest('hex') }],
  };
  const rules = ['gopher-quality', badWords, 'fineweb', 'symbols'];
  recipe = { ...rest, stages: { extract: stages.extract, filter: { rules } } };
});
after(() => home.remove());

const withMinWords = (minWords) => {
  const [, ...others] = recipe.stages.filter.rules;
  const rules = [{ name: 'gopher-quality', minWords }, ...others];
  return { ...recipe, stages: { ...recipe.stages, filter: { rules } } };
};

/** What decides: the first rule that rejects. */
const reasonOf = (rules) => rules.find(({ decision }) => decision === 'reject')?.reason ?? null;

test('a list decides, and another threshold takes the values of the version before', async () => {
  assert.equal((await home.runToEnd(recipe)).state, 'succeeded');
  const first = (await home.version('filtered')).manifest;
  assert.ok(first.counts.rejectedByReason.document_removed_with_badwords > 0);
  assert.ok(first.counts.kept > 0);
  assert.equal(first.report.valuesFrom, undefined);
  assert.equal((await home.runToEnd(withMinWords(360))).state, 'succeeded');
  const second = (await home.version('filtered')).manifest;
  assert.equal(second.report.valuesFrom, first.versionKey);
  assert.ok(second.counts.rejectedByReason.gopher_short_doc > 0);
  assert.equal(second.counts.in, first.counts.in);
});

test('every rule of a document of a version is shown, and decides as the version says', async () => {
  for (const option of [[], ['--rejected']]) {
    const [row] = await home.rows('filtered', ...option);
    const { stages } = await home.json('trace', 'filtered', '--doc', row.doc_id, '--explain');
    const { rules } = stages.find(({ stage }) => stage === 'filter');
    assert.equal(reasonOf(rules), row.reason ?? null);
    for (const rule of rules) assert.equal(rule.measured, row.rule_values[rule.value], rule.value);
  }
});

test('the same rules on a text that stands in no version give the same values', async () => {
  const [row] = await home.rows('filtered', '--rejected');
  writeFileSync(home.path('page.txt'), row.text);
  const given = ['--text', home.path('page.txt'), '--lang', row.lang, '--url', row.url];
  const explained = await home.json('explain', home.recipe(withMinWords(360)), ...given);
  assert.equal(explained.decision, 'reject');
  assert.equal(explained.reason, row.reason);
  assert.equal(explained.detail, row.detail);
  for (const rule of explained.rules) assert.equal(rule.measured, row.rule_values[rule.value], rule.value);
  const shown = await home.run('explain', home.recipe(withMinWords(1)), ...given);
  assert.match(shown.stdout, /gopher_short_doc +\d+ +≥ 1 +pass/);
});

test('a list that is another file is a problem of the recipe, and nothing starts', async () => {
  writeFileSync(home.path('words.txt'), 'other\n');
  const { status, stderr } = await home.run('run', home.recipe(recipe));
  assert.equal(status, 2);
  assert.match(stderr, /the list "words.txt" has the SHA-256/);
});
