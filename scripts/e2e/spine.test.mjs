import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { generateCrawl } from '../demo/crawl.mjs';
import { demoRecipe } from '../demo/recipe.mjs';
import { Home } from './lib/home.mjs';
import { trainQualityModel } from '../demo/model.mjs';
import { readLlmc, readMegatron } from './lib/shards.mjs';

const END_OF_TEXT = 50256;
const STAGES = ['extract', 'filter', 'dedup', 'score', 'scrub', 'tokenize'];
/** Below this similarity a near-copy stays, above it one of the two goes; between, LSH may miss a pair (14 × 8). */
const [SURELY_KEPT_BELOW, SURELY_REMOVED_FROM] = [0.78, 0.9];

let home;
let truth;
let run;
before(async () => {
  home = new Home();
  const crawl = home.path('crawl');
  truth = generateCrawl(crawl);
  run = await home.runToEnd(demoRecipe(crawl, trainQualityModel(crawl)));
});
after(() => home.remove());

const pagesOf = (kind) => truth.pages.filter((page) => page.kind === kind);
const textOf = (rows) => new Map(rows.map((row) => [row.url, row.text]));

test('the demo recipe succeeds in all seven stages', () => {
  assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
  assert.deepEqual(
    run.steps.map(({ state }) => state),
    Array(7).fill('succeeded'),
  );
});

test('in = kept + rejected + quarantined in every stage, in total and by source, and what one keeps the next takes in', async () => {
  let previous;
  for (const name of [...STAGES.map((stage) => `web-demo/${stage}`), 'web-demo']) {
    const { counts } = (await home.version(name)).manifest;
    for (const sum of [counts, ...Object.values(counts.bySource)])
      assert.equal(sum.in, sum.kept + sum.rejected + sum.quarantined, name);
    assert.equal(
      Object.values(counts.rejectedByReason).reduce((a, b) => a + b, 0),
      counts.rejected,
      name,
    );
    assert.equal(
      Object.values(counts.quarantinedByReason).reduce((a, b) => a + b, 0),
      counts.quarantined,
      name,
    );
    if (previous !== undefined) assert.equal(counts.in, previous, name);
    previous = counts.kept;
  }
});

test('hostile and damaged records are quarantined with their reasons and their neighbours are kept', async () => {
  const { counts } = (await home.version('web-demo/extract')).manifest;
  for (const reason of [
    ...truth.hostile,
    'truncated',
    'corrupt_gzip',
    'invalid_json',
    'missing_text',
    'invalid_encoding',
  ]) {
    assert.ok(
      counts.quarantinedByReason[reason] >= 1,
      `${reason}: ${JSON.stringify(counts.quarantinedByReason)}`,
    );
  }
  assert.equal(counts.bySource.notes.kept, truth.notes);
});

test('pages of other languages are rejected by language', async () => {
  const rejected = await home.rows('web-demo/extract', '--rejected');
  const byUrl = new Map(rejected.map((row) => [row.url, row.reason]));
  const foreign = [...pagesOf('german'), ...pagesOf('french'), ...pagesOf('spanish')];
  const missed = foreign.filter(({ url }) => byUrl.get(url) !== 'language');
  // One page stands in the damaged stretch or the lost tail of a file at most.
  assert.ok(missed.length <= 1, `${missed.length} of ${foreign.length}`);
});

test('no page that is all links reaches the shards', async () => {
  const kept = textOf(await home.rows('web-demo/filter'));
  assert.deepEqual(
    pagesOf('link-list').filter(({ url }) => kept.has(url)),
    [],
  );
});

test('one of every pair of exact copies survives, and names the other', async () => {
  const kept = new Map((await home.rows('web-demo/dedup')).map((row) => [row.url, row]));
  const known = new Set((await home.rows('web-demo/filter')).map((row) => row.url));
  const pairs = pagesOf('exact-copy').filter(({ url, copyOf }) => known.has(url) && known.has(copyOf));
  assert.ok(pairs.length >= 50);
  for (const { url, copyOf } of pairs)
    assert.equal([url, copyOf].filter((one) => kept.has(one)).length, 1, url);
});

test('near-copies go or stay by their similarity', async () => {
  const kept = new Set((await home.rows('web-demo/dedup')).map((row) => row.url));
  const known = new Set((await home.rows('web-demo/filter')).map((row) => row.url));
  const pairs = pagesOf('near-copy').filter(({ url, copyOf }) => known.has(url) && known.has(copyOf));
  const both = (pair) => kept.has(pair.url) && kept.has(pair.copyOf);
  assert.ok(pairs.length >= 100);
  assert.deepEqual(
    pairs.filter((pair) => pair.similarity < SURELY_KEPT_BELOW && !both(pair)),
    [],
  );
  assert.deepEqual(
    pairs.filter((pair) => pair.similarity >= SURELY_REMOVED_FROM && both(pair)),
    [],
  );
});

test('every removed duplicate names a survivor that is kept, with a similarity at or above the threshold', async () => {
  const survivors = new Set((await home.rows('web-demo/dedup')).map((row) => row.doc_id));
  const removed = await home.rows('web-demo/dedup', '--rejected');
  for (const row of removed) {
    assert.ok(survivors.has(row.duplicate_of), row.doc_id);
    assert.ok(row.similarity >= 0.8, `${row.doc_id}: ${row.similarity}`);
  }
});

test('no planted personal datum is left after scrub', async () => {
  const scrubbed = textOf(await home.rows('web-demo/scrub'));
  const planted = pagesOf('personal').filter(({ url }) => scrubbed.has(url));
  assert.ok(planted.length >= 50);
  const left = planted.flatMap(({ url, personal }) =>
    Object.entries(personal)
      .filter(([, value]) => scrubbed.get(url).includes(value))
      .map(([entity]) => `${entity} in ${url}`),
  );
  assert.deepEqual(left, []);
});

test('llm.c and Megatron shards read back with the same documents, and exactly the token budget', async () => {
  const { manifest, folder } = await home.version('web-demo');
  const shards = (format) =>
    manifest.files
      .filter((file) => file.role === 'shard' && file.format === format)
      .map((file) => path.join(folder, file.path))
      .toSorted();
  const stream = shards('llmc').flatMap(readLlmc);
  const sequences = shards('megatron').flatMap(readMegatron);
  assert.equal(stream.length, 200_000);
  assert.equal(
    sequences.reduce((sum, sequence) => sum + sequence.length, 0),
    200_000,
  );
  assert.equal(stream[0], END_OF_TEXT);
  const starts = stream.flatMap((token, index) => (token === END_OF_TEXT ? [index] : []));
  assert.equal(sequences.length, starts.length);
  const differing = sequences.filter((sequence, index) => {
    const document = stream.slice(starts[index] + 1, starts[index + 1]);
    return sequence.join(' ') !== [...document, END_OF_TEXT].join(' ');
  });
  // The last document of each of the two domains is cut: llm.c's piece has its end-of-text token, Megatron's one more of text.
  assert.ok(differing.length <= 2, `${differing.length} of ${sequences.length}`);
});

test('pulled shards verify, and a changed byte is found', async () => {
  const out = home.path('pulled');
  assert.equal((await home.run('pull', 'web-demo', '--out', out)).status, 0);
  assert.equal((await home.run('verify', out)).status, 0);
  const { manifest } = await home.version('web-demo');
  const shard = manifest.files.find((file) => file.role === 'shard');
  assert.equal(
    createHash('sha256')
      .update(readFileSync(path.join(out, shard.path)))
      .digest('hex'),
    shard.sha256,
  );
});

test('a token is traced back to its page, and the page forward to its shards', async () => {
  const { manifest } = await home.version('web-demo');
  const shard = manifest.files.find((file) => file.role === 'shard' && file.format === 'llmc');
  const back = await home.json('trace', 'web-demo', '--file', shard.path, '--token', '1234');
  assert.ok(
    truth.pages.some(({ url }) => url === back.document.url) || back.document.source === 'notes',
    back.document.url,
  );
  const forward = await home.json('trace', 'web-demo', '--doc', back.document.docId);
  assert.ok(
    forward.shards.some(
      (place) =>
        place.file === shard.path && place.firstToken <= 1234 && 1234 < place.firstToken + place.tokenCount,
    ),
  );
});

test('a page that a stage took out is traced to that stage and its reason', async () => {
  const { url } = pagesOf('german')[5];
  const trace = await home.json('trace', 'web-demo', '--url', url);
  assert.deepEqual(
    trace.stages
      .filter(({ decision }) => decision === 'rejected')
      .map(({ stage, reason }) => `${stage} ${reason}`),
    ['extract language'],
  );
});

test('the same recipe again reuses every step, and another threshold reruns only what follows', async () => {
  const recipe = demoRecipe(home.path('crawl'), trainQualityModel(home.path('crawl')));
  const again = await home.runToEnd(recipe);
  assert.deepEqual(
    again.steps.map(({ state }) => state),
    Array(7).fill('reused'),
  );
  const plan = await home.json('plan', home.recipe(recipe), '--set', 'stages.dedup.fuzzy.minJaccard=0.9');
  assert.deepEqual(
    plan.steps.map(({ action }) => action),
    ['reused', 'reused', 'new', 'new', 'new', 'new', 'new'],
  );
});
