import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { HELD_OUT } from '../bench/extract.bench.mjs';
import { at } from './paths.mjs';

test("the extract bench tells the F1 on pages not seen that the training's README has of the model in use", () => {
  const rows = readFileSync(at('spark-jobs/extract/training/README.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const header = rows.find((cells) => cells.includes('wcxb-dev'));
  const figures = (name) => rows.find((cells) => cells[1] === name);
  const [sites, whole] = [figures('ours'), figures('ours, the whole set held out')];
  const told = header
    .slice(2, -1)
    .map((set, index) => [set, { sites: Number(sites[index + 2]), set: Number(whole[index + 2]) }]);
  assert.deepEqual(HELD_OUT, Object.fromEntries(told));
});
