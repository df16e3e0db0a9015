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

/** Of a training on three parts of the sentences, measured on the fourth (spark-jobs/extract/training/README.md). */
const HELD_OUT =
  'corpusmill was trained on these very sentences; of those that a training has not seen, 0.9692 of all are right, 0.9912 in the 20 most used languages (training/README.md)';

const calibrationNotes = (row) =>
  (row.calibration ?? []).map(
    ({ from, sentences, score, right }) =>
      `${row.contestant}: scored from ${from}: ${sentences} sentences, mean score ${score.toFixed(3)}, right ${right.toFixed(3)}`,
  );

/** Accuracy of every contestant, how far ours knows it, and what it is on sentences not seen. */
function verify({ results }) {
  const smallest = Math.min(...results.rows.map((row) => row.scale));
  const rows = results.rows.filter((row) => row.scale === smallest);
  const accuracy = rows.map((row) => {
    const speed = Math.round(row.sentences / row.cpuSeconds);
    return `${row.contestant}: ${row.all.toFixed(4)} of all, ${row.top20.toFixed(4)} in the 20 most used languages, ${speed} sentences/CPU-s`;
  });
  return [...accuracy, HELD_OUT, ...rows.flatMap(calibrationNotes)];
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
