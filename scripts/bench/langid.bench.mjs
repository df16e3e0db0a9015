import { existsSync } from 'node:fs';
import path from 'node:path';

import { at } from '../lib/paths.mjs';

const PROJECT = at('spark-jobs/extract');
const PROGRAM = path.join(PROJECT, 'benchmarks/language.py');

function fileOf(given) {
  const file =
    given === undefined ? at('../shared/data/langid/lingua-sentences-a.jsonl.gz') : path.resolve(given);
  if (existsSync(file)) return file;
  throw new Error(`${file} is not there; give sentences with "text" and "lang" by --input FILE`);
}

const contestant = (name, options) => ({
  name,
  ...options,
  command: ({ file: [file, copies] }) => {
    const python = ['env', `PYTHONPATH=${PROJECT}/src`, at('.venv/bin/python')];
    return [...python, PROGRAM, name, file, String(copies)];
  },
});

/** Accuracy of every contestant. */
function verify({ results }) {
  const smallest = Math.min(...results.rows.map((row) => row.scale));
  return results.rows
    .filter((row) => row.scale === smallest)
    .map((row) => {
      const speed = Math.round(row.sentences / row.cpuSeconds);
      return `${row.contestant}: ${row.all.toFixed(4)} of all, ${row.top20.toFixed(4)} in the 20 most used languages, ${speed} sentences/CPU-s`;
    });
}

/** Language identification of sentences, on one thread; accuracy beside speed. */
export default {
  name: 'langid',
  unit: 'MB',
  inputs: ['sentences'],
  prepare: ({ scale, given }) => [fileOf(given), scale],
  contestants: [contestant('corpusmill', { isOurs: true }), contestant('cld2'), contestant('lid.176')],
  verify,
};
