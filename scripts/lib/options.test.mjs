// Every script that takes options explains itself and refuses what it does not know, before it sets anything up.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { at } from './paths.mjs';

const call = (script, ...args) =>
  spawnSync(process.execPath, [at(`scripts/${script}.mjs`), ...args], { encoding: 'utf8', timeout: 30_000 });

for (const script of ['bench', 'demo', 'images', 'test', 'test-cluster'])
  test(`${script} --help prints its usage on standard output and does nothing`, () => {
    const { status, stdout, stderr } = call(script, '--help');
    assert.match(stdout, /^usage: npm /);
    assert.match(stdout, /--help/);
    assert.deepEqual([status, stderr], [0, '']);
  });

for (const script of ['bench', 'demo', 'images', 'test'])
  test(`${script} names an unknown option, shows its usage and ends with 2`, () => {
    const { status, stdout, stderr } = call(script, '--bogus');
    assert.match(stderr, /^Unknown option '--bogus'.*\n\nusage: npm /s);
    assert.deepEqual([status, stdout], [2, '']);
  });

const WRONG = [
  ['images', ['--tag', 'latest'], /^--tag latest: /],
  ['images', ['--only', 'nothing'], /^--only nothing: no such image; there are control-plane, /],
  ['bench', ['nothing'], /^no bench "nothing"; there are .*dedup.*tokenize/],
  [
    'bench',
    ['dedup', '--only', 'ours'],
    /^--only ours: no contestant of dedup .*\n {2}corpusmill, verified\n/,
  ],
  ['bench', [], /^give one bench; there are /],
  ['bench', ['mix', '--scales', '1,x'], /^--scales 1,x: give numbers above 0/],
  ['bench', ['mix', '--verify', '-1'], /--verify/],
  ['test', ['--only', 'e2e,nothing'], /^no suite nothing; there are scripts, /],
];
for (const [script, args, message] of WRONG)
  test(`${script} ${args.join(' ')} is refused by name`, () => {
    const { status, stderr } = call(script, ...args);
    assert.match(stderr, message);
    assert.equal(status, 2);
  });
