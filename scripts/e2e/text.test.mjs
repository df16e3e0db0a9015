// What researchers set beside the defaults, through the CLI: every kind of source, Markdown, and dedup against earlier
// versions, by their own survivors, within paragraphs, and stopped for approval.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { sentences } from '../demo/grammar.mjs';
import { randomFrom } from '../demo/random.mjs';
import { gzipMembers, response, warcRecord } from '../demo/warc.mjs';
import { Home } from './lib/home.mjs';
import { textPdf } from './lib/pdf.mjs';

const TIME = '2026-01-02T03:04:05Z';
const random = randomFrom(5);
const prose = (count) => sentences(random, 'en', count);
const ARTICLE = prose(12);
const WET = prose(8).join('\n');
const PDF = prose(6);
const NOTE = prose(8).join('\n');
const WIKI = prose(8);

const PAGE = `<html lang="en"><head><title>Rates</title><meta name="author" content="Ada Byron"></head><body><article>
<h1>Rates of the year</h1><p>${ARTICLE.slice(0, 6).join(' ')}</p>
<table><tr><th>Month</th><th>Rate</th></tr><tr><td>May</td><td>3</td></tr><tr><td>June</td><td>4</td></tr></table>
<p>${ARTICLE.slice(6).join(' ')}</p><pre><code>if rate &gt; 3:
    stop()</code></pre></article></body></html>`;

const WIKI_XML = `<mediawiki xml:lang="en"><siteinfo><namespaces><namespace key="0"/></namespaces></siteinfo><page>
<title>Harvest</title><ns>0</ns><id>7</id><revision><id>70</id><timestamp>${TIME}</timestamp>
<text xml:space="preserve">'''Harvest''' is [[work|field work]]. ${WIKI.join(' ')}</text></revision></page></mediawiki>`;

let home;
before(() => {
  home = new Home();
});
after(() => home.remove());

const write = (name, data) => {
  mkdirSync(home.path('in'), { recursive: true });
  writeFileSync(home.path('in', name), data);
  return home.path('in', name);
};

function sourcesOfEveryKind() {
  const url = 'https://example.org/';
  const page = response({ url: `${url}rates`, time: TIME, body: Buffer.from(PAGE) });
  const pdf = response({
    url: `${url}paper.pdf`,
    time: TIME,
    body: textPdf(PDF),
    headers: { 'Content-Type': 'application/pdf' },
  });
  const wet = warcRecord({
    type: 'conversion',
    url: `${url}wet`,
    time: TIME,
    contentType: 'text/plain',
    content: Buffer.from(WET),
  });
  const source = (kind, name, data) => ({ name: kind, kind, uris: [write(name, data)] });
  return [
    source('warc', 'crawl.warc.gz', Buffer.concat(gzipMembers([page, pdf]))),
    source('wet', 'crawl.warc.wet.gz', Buffer.concat(gzipMembers([wet]))),
    source('text', 'note.txt', NOTE),
    source('wikipedia', 'wiki.xml.gz', gzipSync(WIKI_XML)),
  ];
}

test('pages, PDF files, WET records, text files and Wikipedia dumps become documents, pages as Markdown', async () => {
  const recipe = {
    apiVersion: 'corpusmill.dev/v1',
    name: 'kinds',
    sources: sourcesOfEveryKind(),
    stages: { extract: { format: 'markdown' } },
  };
  assert.equal((await home.runToEnd(recipe)).state, 'succeeded');
  const rows = await home.rows('kinds');
  assert.equal(rows.length, 5);
  const textOf = (found) => rows.find(found).text;
  const page = rows.find(({ url }) => url?.endsWith('/rates'));
  assert.deepEqual([page.author, page.lang], ['Ada Byron', 'en']);
  for (const part of ['# Rates of the year', '| May | 3 |', '| --- |', '```\nif rate > 3:\n    stop()\n```'])
    assert.ok(page.text.includes(part), `${part} in ${page.text}`);
  for (const sentence of PDF) assert.ok(textOf(({ url }) => url?.endsWith('.pdf')).includes(sentence));
  assert.equal(
    textOf(({ source }) => source === 'wet'),
    WET,
  );
  assert.equal(
    textOf(({ source }) => source === 'text'),
    NOTE,
  );
  assert.match(
    textOf(({ source }) => source === 'wikipedia'),
    /^Harvest is field work\. /,
  );
});

const OLD = Array.from({ length: 20 }, () => prose(10));
const SHARED_PARAGRAPH = prose(4).join(' ');
const line = (id, lines, rank = 0) => JSON.stringify({ id, rank, text: lines.join('\n') });

function dedupRecipe(name, lines, dedup) {
  const uris = [write(`${name}.jsonl`, `${lines.join('\n')}\n`)];
  const sources = [{ name: 'documents', kind: 'jsonl', uris }];
  return { apiVersion: 'corpusmill.dev/v1', name, sources, stages: { extract: {}, dedup } };
}

/** Of 12: two texts and a near-copy of the old version, a group of three among themselves, six of its own. */
function newDocuments() {
  const own = Array.from({ length: 7 }, () => prose(10));
  const near = [...OLD[2].slice(0, 9), `${OLD[2][9]} Indeed`];
  return [
    line('copy-0', OLD[0]),
    line('copy-1', OLD[1]),
    line('near-2', near),
    ...[3, 9, 5].map((rank) => line(`twin-${rank}`, own[0], rank)),
    ...own.slice(1).map((lines, index) => line(`own-${index}`, [SHARED_PARAGRAPH, ...lines])),
  ];
}

test('a new version loses to an earlier one, keeps the survivors that the recipe names, and is cut in paragraphs', async () => {
  const old = dedupRecipe(
    'old',
    OLD.map((lines, index) => line(`old-${index}`, lines)),
    {},
  );
  assert.equal((await home.runToEnd(old)).state, 'succeeded');
  const oldManifest = (await home.version('old')).manifest;
  const settings = { against: ['old'], survivors: ['metadata.rank desc'], paragraphs: { minWords: 10 } };
  assert.equal((await home.runToEnd(dedupRecipe('new', newDocuments(), settings))).state, 'succeeded');
  const kept = await home.rows('new');
  assert.deepEqual(kept.map(({ id }) => id).toSorted(), [
    ...[0, 1, 2, 3, 4, 5].map((n) => `own-${n}`),
    'twin-9',
  ]);
  assert.equal(kept.find(({ id }) => id === 'twin-9').cluster_size, 3);
  assert.equal(kept.filter(({ text }) => text.includes(SHARED_PARAGRAPH)).length, 1);

  const oldIds = new Map((await home.rows('old')).map(({ doc_id: docId, id }) => [docId, id]));
  const removed = await home.rows('new', '--rejected');
  const lost = removed.filter(({ id }) => !id.startsWith('twin'));
  assert.deepEqual(Object.fromEntries(lost.map(({ id, duplicate_of: winner }) => [id, oldIds.get(winner)])), {
    'copy-0': 'old-0',
    'copy-1': 'old-1',
    'near-2': 'old-2',
  });
  const { similarity } = removed.find(({ id }) => id === 'near-2');
  assert.ok(similarity >= 0.8 && similarity < 1, `${similarity}`);
  assert.deepEqual((await home.version('old')).manifest, oldManifest);
});

/** Submits a recipe whose dedup stops, and does with the held step what `verb` says. */
async function decided(name, verb) {
  const recipe = dedupRecipe(name, newDocuments(), { maxRemovedFraction: 0.1 });
  const { id } = await home.json('run', home.recipe(recipe));
  let isDecided = false;
  return home.waitFor(id, async ({ steps }) => {
    if (isDecided || !steps.some(({ state }) => state === 'waiting-approval')) return;
    isDecided = true;
    assert.equal((await home.run('runs', verb, id)).status, 0);
  });
}

test('a step that would remove more than it may waits: approved it commits, denied it leaves no version', async () => {
  assert.equal((await decided('approved', 'approve')).state, 'succeeded');
  assert.equal((await home.version('approved')).manifest.counts.rejected, 2);
  const denied = await decided('denied', 'deny');
  assert.equal(denied.state, 'failed');
  assert.equal((await home.run('datasets', 'show', 'denied/dedup')).status, 4);
});
