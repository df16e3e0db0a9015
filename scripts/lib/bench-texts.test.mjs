import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { writeTexts } from '../bench/lib/texts.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'corpusmill-texts-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The texts that a bench gets of a file with these lines. */
async function textsOf(name, content) {
  const given = path.join(folder, name);
  writeFileSync(given, name.endsWith('.gz') ? gzipSync(content) : content);
  const file = await writeTexts({ input: name, folder, given, megabytes: 1 });
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).text);
}

test('a line separator inside a text ends no line of its file', async () => {
  const lines = '{"text": "one\u2028two"}\n{"text": "three\u2029\u0085four"}\n';
  assert.deepEqual((await textsOf('separators.jsonl', lines)).toSorted(), [
    'one\u2028two',
    'three\u2029\u0085four',
  ]);
});

test('texts of many chunks arrive whole, with and without a line feed at the end', async () => {
  const texts = Array.from({ length: 50 }, (_, index) => `${index} ${'é€😀'.repeat(1000)}`);
  const lines = texts.map((text) => JSON.stringify({ text })).join('\n');
  assert.deepEqual((await textsOf('many.jsonl.gz', lines)).toSorted(), texts.toSorted());
  assert.deepEqual((await textsOf('ended.jsonl', `${lines}\n`)).toSorted(), texts.toSorted());
});

test('of a gold file with segments only they are the text, and its URL goes with it', async () => {
  const given = path.join(folder, 'gold.jsonl');
  writeFileSync(given, '{"url": "u", "with": ["one", "two"]}\n{"with": []}\n');
  const file = await writeTexts({ input: 'gold', folder, given, megabytes: 1 });
  assert.equal(readFileSync(file, 'utf8'), '{"text":"one\\ntwo","url":"u"}\n');
});

test('lines without a text and empty texts are left out', async () => {
  assert.deepEqual(await textsOf('empty.jsonl', '{"text": ""}\n{"url": "u"}\n{"text": "kept"}\n'), ['kept']);
});

test('what is left of texts that could not be read is not taken for them later', async () => {
  await assert.rejects(textsOf('cut.jsonl', '{"text": "whole"}\n{"text": "cut'), SyntaxError);
  const mended = '{"text": "whole"}\n{"text": "mended"}\n';
  assert.deepEqual((await textsOf('cut.jsonl', mended)).toSorted(), ['mended', 'whole']);
});
