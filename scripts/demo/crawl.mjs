import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { sentences } from './grammar.mjs';
import {
  article,
  articleHtml,
  contactSentences,
  edited,
  jaccard,
  linkListHtml,
  personalData,
} from './pages.mjs';
import { randomFrom } from './random.mjs';
import { gzipMembers, request, response, warcInfo } from './warc.mjs';

const SEED = 20240520;
const WARC_FILES = 6;
const HTML_DEPTH = 100_000;
const BOMB_BYTES = 64 * 1024 * 1024;
const NOTES = 60;
/** How many pages of each kind; 1,000 in all. */
const PAGES = {
  plain: 480,
  german: 60,
  french: 50,
  spanish: 50,
  personal: 60,
  linkList: 90,
  exactCopy: 60,
  nearCopy: 120,
  failed: 20,
  image: 10,
};
/** Every n-th sentence is replaced in a near-copy: from nearly the same text to a different one. */
const EDIT_STRIDES = [20, 14, 10, 7, 5, 3];

const timeOf = (index) => new Date(Date.UTC(2024, 4, 1) + index * 61_000).toISOString().replace('.000Z', 'Z');

function pageOf(index, kind, content, extra = {}) {
  const host = `site-${index % 37}.example.org`;
  const html = content.body ? articleHtml({ ...content, host }) : content.html;
  return { kind, url: `https://${host}/${kind}/${index}`, time: timeOf(index), html, ...extra };
}

/** The pages with a text of their own. */
function originals(random) {
  const make = (kind, language) =>
    Array.from({ length: PAGES[kind] }, () => ({
      kind,
      content: article(random, language, 22 + random.below(20)),
    }));
  const personal = Array.from({ length: PAGES.personal }, () => {
    const data = personalData(random);
    const content = article(random, 'en', 24 + random.below(10));
    return {
      kind: 'personal',
      content: { ...content, body: [...content.body, ...contactSentences(data)] },
      extra: { personal: data },
    };
  });
  return [
    ...make('plain', 'en'),
    ...make('german', 'de'),
    ...make('french', 'fr'),
    ...make('spanish', 'es'),
    ...personal,
  ];
}

/** Copies of plain pages: the same text again, and edited ones with their true similarity. */
function copies(random, plain) {
  const exact = Array.from({ length: PAGES.exactCopy }, (_, index) => ({
    kind: 'exact-copy',
    content: plain[index].content,
    extra: { copyOf: index },
  }));
  const near = Array.from({ length: PAGES.nearCopy }, (_, index) => {
    const source = plain[PAGES.exactCopy + index];
    const body = edited(random, 'en', source.content.body, EDIT_STRIDES[index % EDIT_STRIDES.length]);
    const similarity = jaccard(source.content.body.join(' '), body.join(' '));
    return {
      kind: 'near-copy',
      content: { ...source.content, body },
      extra: { copyOf: PAGES.exactCopy + index, similarity },
    };
  });
  return [...exact, ...near];
}

function junk(random) {
  const lists = Array.from({ length: PAGES.linkList }, () => ({
    kind: 'link-list',
    content: { html: linkListHtml(random, 'shop.example.org') },
  }));
  const failed = Array.from({ length: PAGES.failed }, () => ({
    kind: 'failed',
    content: { html: '<html><body>Not found</body></html>' },
    extra: { status: '404 Not Found' },
  }));
  const images = Array.from({ length: PAGES.image }, () => ({
    kind: 'image',
    content: { html: 'GIF89a' },
    extra: { type: 'image/gif' },
  }));
  return [...lists, ...failed, ...images];
}

/** Order by hash of the position: kinds mix over the files as on a real crawl. */
function shuffled(items) {
  const key = (index) => createHash('sha256').update(`demo ${index}`).digest('hex');
  return items
    .map((item, index) => ({ item, key: key(index) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}

const recordOf = ({ url, time, html, status, type }) =>
  response({
    url,
    time,
    body: Buffer.from(html),
    status,
    headers: { 'Content-Type': type ?? 'text/html; charset=utf-8' },
  });

/** Records that are hostile or damaged in themselves, with the reason each must be quarantined for. */
function hostileRecords() {
  const url = (name) => `https://hostile.example.org/${name}`;
  const deep = Buffer.from(
    `<html><body>${'<div>'.repeat(HTML_DEPTH)}deep${'</div>'.repeat(HTML_DEPTH)}</body></html>`,
  );
  const bomb = gzipSync(Buffer.alloc(BOMB_BYTES, 'a'));
  const headers = { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip' };
  return [
    { reason: 'html_too_deep', record: response({ url: url('deep'), time: timeOf(1), body: deep }) },
    {
      reason: 'decompression_ratio',
      record: response({ url: url('bomb'), time: timeOf(2), body: bomb, headers }),
    },
  ];
}

/** Pages of one file as gzip members; one more file loses its tail, and one a stretch in its middle. */
function fileBytes(fileIndex, records) {
  const members = gzipMembers(records);
  if (fileIndex === WARC_FILES - 1) {
    const last = members.pop();
    return Buffer.concat([...members, last.subarray(0, Math.floor(last.length / 2))]);
  }
  if (fileIndex === WARC_FILES - 2) {
    const middle = members[Math.floor(members.length / 2)];
    middle.fill(0x55, Math.floor(middle.length / 3), Math.floor(middle.length / 2));
  }
  return Buffer.concat(members);
}

function writeWarcs(directory, pages) {
  const hostile = hostileRecords();
  for (let index = 0; index < WARC_FILES; index += 1) {
    const own = pages.filter((_, position) => position % WARC_FILES === index);
    const records = own.flatMap((page) => [request(page), recordOf(page)]);
    const extra = index === 0 ? hostile.map(({ record }) => record) : [];
    const bytes = fileBytes(index, [warcInfo(timeOf(0)), ...extra, ...records]);
    writeFileSync(path.join(directory, `crawl-${String(index).padStart(2, '0')}.warc.gz`), bytes);
  }
}

/** A second source with a domain of its own: edited notes as JSON lines, some of them damaged. */
function writeNotes(directory, random) {
  const good = Array.from({ length: NOTES }, (_, index) =>
    JSON.stringify({
      id: `note-${index}`,
      url: `https://notes.example.org/${index}`,
      title: `Note ${index}`,
      text: sentences(random, 'en', 24).join('\n'),
      shelf: index % 5,
    }),
  );
  const damaged = [
    '{"id": "broken", "text": ',
    '{"id": "no-text"}',
    '{"id": "surrogate", "text": "\\ud800 alone"}',
  ];
  writeFileSync(path.join(directory, 'notes.jsonl'), `${[...good, ...damaged].join('\n')}\n`);
  return { notes: good.length, damagedNotes: damaged.length };
}

/** Texts for the demo's quality model: sentences that tell something against offers and link lists. */
function writeTrainingTexts(directory, random) {
  const lines = (make) =>
    `${Array.from({ length: 400 }, () => JSON.stringify({ text: make() })).join('\n')}\n`;
  const offer = () =>
    Array.from(
      { length: 12 },
      () => `Offer ${random.digits(4)} buy now ${random.digits(2)} % off click here free shipping`,
    ).join(' | ');
  writeFileSync(
    path.join(directory, 'quality-positive.jsonl'),
    lines(() => sentences(random, 'en', 12).join(' ')),
  );
  writeFileSync(path.join(directory, 'quality-negative.jsonl'), lines(offer));
}

/**
 * Writes the demo's crawl below `directory`: WARC files, a JSONL file, training texts, and truth.json with what is in them.
 * The same bytes on every machine.
 */
export function generateCrawl(directory) {
  mkdirSync(directory, { recursive: true });
  const random = randomFrom(SEED);
  const plain = originals(random);
  const items = [...plain, ...copies(random, plain), ...junk(random)];
  const pages = items.map(({ kind, content, extra }, index) => pageOf(index, kind, content, extra));
  writeWarcs(directory, shuffled(pages));
  const notes = writeNotes(directory, random);
  writeTrainingTexts(directory, random);
  const truth = {
    ...notes,
    hostile: hostileRecords().map(({ reason }) => reason),
    pages: pages.map(({ kind, url, copyOf, similarity, personal }) => ({
      kind,
      url,
      copyOf: copyOf === undefined ? undefined : pages[copyOf].url,
      similarity,
      personal,
    })),
  };
  writeFileSync(path.join(directory, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
  return truth;
}
