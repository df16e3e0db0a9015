import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { readJest, readJunit, readSurefire, readTap, sumOf } from './results.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'corpusmill-results-'));
after(() => rmSync(folder, { recursive: true }));

function file(name, text) {
  const target = path.join(folder, name);
  writeFileSync(target, text);
  return target;
}

test('counts errors of a JUnit report as failures', () => {
  const report = file(
    'a.xml',
    '<testsuites><testsuite name="p" errors="1" failures="2" skipped="3" tests="10"></testsuite></testsuites>',
  );
  assert.deepEqual(readJunit(report), { passed: 4, failed: 3, skipped: 3 });
});

test('refuses a JUnit report without a suite', () => {
  assert.throws(() => readJunit(file('b.xml', '<nothing/>')), /holds no test suite/);
});

test('adds up the reports of a Surefire folder and nothing else', () => {
  file('TEST-one.xml', '<testsuite tests="2" errors="0" skipped="0" failures="0">');
  file('TEST-two.xml', '<testsuite tests="3" errors="0" skipped="1" failures="1">');
  assert.deepEqual(readSurefire(folder), { passed: 3, failed: 1, skipped: 1 });
});

test('counts a Jest suite that could not be loaded as one failure', () => {
  const report = file(
    'jest.json',
    JSON.stringify({
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 0,
      numRuntimeErrorTestSuites: 1,
    }),
  );
  assert.deepEqual(readJest(report), { passed: 5, failed: 2, skipped: 2 });
});

test('counts cancelled tests of node as failures', () => {
  assert.deepEqual(readTap('# tests 9\n# pass 5\n# fail 1\n# cancelled 2\n# skipped 1\n# todo 0\n'), {
    passed: 5,
    failed: 3,
    skipped: 1,
  });
});

test('refuses TAP output that broke off', () => {
  assert.throws(() => readTap('# pass 5\n'), /without its closing lines/);
});

test('the sum of no results is nothing', () => {
  assert.deepEqual(sumOf([]), { passed: 0, failed: 0, skipped: 0 });
});
