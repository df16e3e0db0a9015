import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { article, articleHtml } from '../demo/pages.mjs';
import { randomFrom } from '../demo/random.mjs';
import { gzipMembers, response, warcInfo } from '../demo/warc.mjs';
import { Home } from './lib/home.mjs';
import { shortRecipe, writeDocuments } from './lib/recipes.mjs';

const USAGE = 2;
const INTERRUPTED = 130;
const TIME = '2024-05-01T00:00:00Z';
const home = new Home();
const folder = home.path('input');
let uris;
before(() => {
  mkdirSync(folder, { recursive: true });
  uris = writeDocuments(home.path('documents'));
});
after(() => home.remove());

test('a wrong recipe gets every problem at once, with pointers, exit status 2, and starts nothing', async () => {
  const recipe = shortRecipe(uris, { name: 'wrong' });
  recipe.stages.filter.rules = ['gopher'];
  recipe.stages.dedup = { fuzzy: { minJaccard: 2 } };
  recipe.stages.mix.weights = { nowhere: 1 };
  recipe.stages.extract.langauges = ['en'];
  const { status, stdout, stderr } = await home.run('run', home.recipe(recipe));
  assert.equal(status, USAGE);
  assert.equal(stdout, '');
  for (const pointer of [
    '/stages/filter/rules/0',
    '/stages/dedup/fuzzy/minJaccard',
    '/stages/mix/weights/nowhere',
    '/stages/extract/langauges',
  ])
    assert.match(stderr, new RegExp(pointer));
  assert.deepEqual((await home.json('runs', 'list')).items, []);
});

test('a missing tokenizer and a wrong model digest are refused before any work', async () => {
  const recipe = shortRecipe(uris, {
    name: 'wrong-files',
    model: { path: home.path('documents/documents-0.jsonl'), sha256: '0'.repeat(64) },
  });
  recipe.stages.tokenize = { tokenizer: home.path('no-such-tokenizer.json') };
  const { status, stderr } = await home.run('run', home.recipe(recipe));
  assert.equal(status, USAGE);
  assert.match(stderr, /\/stages\/tokenize\/tokenizer/);
  assert.match(stderr, /\/stages\/score\/models\/0/);
});

/** A WARC file of ten good pages. */
function goodWarc(seed) {
  const random = randomFrom(seed);
  const pages = Array.from({ length: 10 }, (_, index) => {
    const html = articleHtml({ ...article(random, 'en', 20), host: 'example.org' });
    return response({ url: `https://example.org/${seed}/${index}`, time: TIME, body: Buffer.from(html) });
  });
  return Buffer.concat(gzipMembers([warcInfo(TIME), ...pages]));
}

function writeTruncated(name, seed, keep) {
  const bytes = goodWarc(seed);
  writeFileSync(path.join(folder, name), bytes);
  truncateSync(path.join(folder, name), keep(bytes.length));
}

function writeDamagedFiles() {
  writeFileSync(path.join(folder, 'good.warc.gz'), goodWarc(1));
  writeFileSync(path.join(folder, 'empty.warc.gz'), '');
  writeFileSync(path.join(folder, 'page.warc.gz'), '<!DOCTYPE html><html><body>not a WARC</body></html>');
  writeFileSync(path.join(folder, 'noise.warc.gz'), gzipSync(Buffer.alloc(100_000, 'not a WARC ')));
  writeTruncated('start.warc.gz', 2, (size) => Math.floor(size / 100));
  writeTruncated('half.warc.gz', 3, (size) => Math.floor(size / 2));
  writeTruncated('last-byte.warc.gz', 4, (size) => size - 1);
}

test('damaged files are quarantined with uri and reason, the good records are kept, and the counts add up', async () => {
  writeDamagedFiles();
  const recipe = {
    apiVersion: 'corpusmill.dev/v1',
    name: 'damaged',
    sources: [
      {
        name: 'crawl',
        kind: 'warc',
        uris: [path.join(folder, '*.warc.gz'), path.join(folder, 'missing.warc.gz')],
        domain: 'web',
      },
    ],
    stages: { extract: {} },
  };
  const run = await home.runToEnd(recipe);
  assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
  const { counts } = (await home.version('damaged')).manifest;
  assert.equal(counts.in, counts.kept + counts.rejected + counts.quarantined);
  for (const reason of ['missing_file', 'empty_file', 'not_warc', 'truncated'])
    assert.ok(counts.quarantinedByReason[reason] >= 1, JSON.stringify(counts.quarantinedByReason));
  const kept = await home.rows('damaged');
  assert.equal(kept.filter(({ url }) => url.includes('/1/')).length, 10);
  assert.equal(kept.filter(({ url }) => url.includes('/4/')).length, 9);
});

test('a line of 100 MB is quarantined and its neighbours are kept', async () => {
  const file = path.join(folder, 'long.jsonl');
  const good = readFileSync(home.path('documents', 'documents-0.jsonl'), 'utf8').split('\n').slice(0, 2);
  writeFileSync(
    file,
    Buffer.concat([
      Buffer.from(`${good[0]}\n{"text":"`),
      Buffer.alloc(100 * 1024 * 1024, 'a'),
      Buffer.from(`"}\n${good[1]}\n`),
    ]),
  );
  const run = await home.runToEnd({
    apiVersion: 'corpusmill.dev/v1',
    name: 'long',
    sources: [{ name: 'lines', kind: 'jsonl', uris: [file] }],
    stages: { extract: {} },
  });
  assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
  const { counts } = (await home.version('long')).manifest;
  assert.deepEqual([counts.in, counts.kept, counts.quarantinedByReason], [3, 2, { line_too_long: 1 }]);
});

test('a domain that is too small for its share fails the run with the shortage, and names the domain', async () => {
  const recipe = shortRecipe(uris, { name: 'shortage' });
  recipe.stages.mix.tokens = 10_000_000;
  const run = await home.runToEnd(recipe);
  assert.equal(run.state, 'failed');
  assert.equal(run.problem.code, 'MIX_SHORTAGE');
  assert.match(JSON.stringify(run.problem), /web/);
});

for (const [choice, state] of [
  ['cancel', 'cancelled'],
  ['detach', 'succeeded'],
]) {
  test(`Ctrl-C with --on-interrupt ${choice} leaves the run ${state}`, async () => {
    const recipe = shortRecipe(uris, { name: `interrupted-${choice}`, seed: choice.length });
    recipe.stages.extract.minLanguageScore = choice === 'cancel' ? 0.11 : 0.12;
    const child = home.start('run', home.recipe(recipe), '--wait', '--on-interrupt', choice);
    const ended = new Promise((resolve) => child.on('close', resolve));
    let runs = [];
    while (!runs.some(({ name }) => name === recipe.name)) runs = (await home.json('runs', 'list')).items;
    child.kill('SIGINT');
    assert.equal(await ended, INTERRUPTED);
    const run = await home.waitFor(runs.find(({ name }) => name === recipe.name).id);
    assert.equal(run.state, state);
  });
}
