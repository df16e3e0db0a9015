import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { generateCrawl } from '../demo/crawl.mjs';
import { edited, jaccard, personalData } from '../demo/pages.mjs';
import { randomFrom } from '../demo/random.mjs';
import { kindOf } from '../demo/recipe.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'corpusmill-crawl-'));
after(() => rmSync(folder, { recursive: true }));

const digestsOf = (directory) =>
  readdirSync(directory).map(
    (name) =>
      `${name} ${createHash('sha256')
        .update(readFileSync(path.join(directory, name)))
        .digest('hex')}`,
  );

test('makes the same crawl of 1,000 pages every time', () => {
  const truth = generateCrawl(path.join(folder, 'first'));
  generateCrawl(path.join(folder, 'second'));
  assert.equal(truth.pages.length, 1000);
  assert.deepEqual(digestsOf(path.join(folder, 'first')), digestsOf(path.join(folder, 'second')));
});

test('the similarity of texts is that of their word 5-grams', () => {
  assert.equal(jaccard('a b c d e f', 'a b c d e f'), 1);
  assert.equal(jaccard('a b c d e f', 'a b c d e g'), 1 / 3);
  assert.equal(jaccard('one two', 'three four'), 0);
});

test('a near-copy differs from its page in every sentence at the stride and in no other', () => {
  const body = Array.from({ length: 12 }, (_, index) => `Sentence ${index}.`);
  const copy = edited(randomFrom(1), 'en', body, 5);
  assert.deepEqual(
    copy.flatMap((text, index) => (text === body[index] ? [] : [index])),
    [4, 9],
  );
});

test('planted IBANs have the remainder 1 and planted cards pass Luhn', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const { IBAN, CREDIT_CARD } = personalData(randomFrom(seed));
    assert.equal(BigInt(`${IBAN.slice(4)}1314${IBAN.slice(2, 4)}`) % 97n, 1n, IBAN);
    const digits = [...CREDIT_CARD.replaceAll(' ', '')].toReversed().map(Number);
    const sum = digits.reduce(
      (total, digit, index) => total + (index % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)),
      0,
    );
    assert.equal(sum % 10, 0, CREDIT_CARD);
  }
});

test('a name that says nothing of its kind is refused with what is allowed', () => {
  assert.equal(kindOf('a/*.warc.gz'), 'warc');
  assert.equal(kindOf('a.warc.wet.gz'), 'wet');
  assert.throws(() => kindOf('a.txt'), /must end with/);
});
