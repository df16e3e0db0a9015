import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { at } from '../lib/paths.mjs';

const SETS = ['wcxb-dev', 'aeb', 'dragnet-r', 'trafilatura-a'];
const END_TO_END = 'wcxb-dev as WARC files, end to end';
const PROJECT = at('spark-jobs/extract');
const QUALITY = path.join(PROJECT, 'benchmarks/quality.py');
const STAGE = path.join(PROJECT, 'benchmarks/end_to_end.py');
/** The peers are packages that the project itself depends on. */
const PYTHON = ['env', `PYTHONPATH=${PROJECT}/src:${PROJECT}/benchmarks`, at('.venv/bin/python')];

function folderOf(given) {
  const folder = given === undefined ? at('../shared/data/extraction') : path.resolve(given);
  if (existsSync(folder)) return folder;
  throw new Error(`${folder} is not there; give a folder of gold sets by --input FOLDER`);
}

/** On the sets: extraction alone, pages in memory. `file` names folder, set and copies. */
const onSets = (name, options) => ({
  name,
  ...options,
  command: ({ file: [folder, set, copies] }) => [...PYTHON, QUALITY, name, folder, set, String(copies)],
  runsOn: (input) => input !== END_TO_END,
});

/** From WARC files to rows: one Python process, and the same through Spark on one core. */
const onFiles = (name, way, options) => ({
  name,
  ...options,
  command: ({ file: [folder, , copies] }) => {
    const files = readdirSync(folder).filter((file) => /^wcxb-dev-.*\.warc\.gz$/.test(file));
    const inputs = files.toSorted().map((file) => path.join(folder, file));
    return [...PYTHON, STAGE, way, ...inputs, '--copies', String(copies)];
  },
  runsOn: (input) => input === END_TO_END,
});

/** Of trainings on other sites, and on the other sets alone (spark-jobs/extract/training/README.md). */
export const HELD_OUT = {
  'wcxb-dev': { sites: 0.87, set: 0.78 },
  aeb: { sites: 0.96, set: 0.948 },
  'dragnet-r': { sites: 0.938, set: 0.885 },
  'trafilatura-a': { sites: 0.938, set: 0.927 },
};

const heldOutNote = (input) =>
  `${input}: corpusmill was trained on these very pages; F1 on sites not seen ${HELD_OUT[input].sites.toFixed(3)}, with the whole set not seen ${HELD_OUT[input].set.toFixed(3)} (training/README.md)`;

const perSecond = (row) => Math.round(row.documents / row.cpuSeconds);

const columnsOf = (row) =>
  Object.entries(row.columns)
    .map(([column, part]) => `${column} ${part.toFixed(3)}`)
    .join(', ');

/** F1, columns and documents per CPU-second of every contestant on every set, and what Spark costs beside the loop. */
function verify({ results }) {
  const smallest = Math.min(...results.rows.map((row) => row.scale));
  const rows = results.rows.filter((row) => row.scale === smallest);
  const notes = rows
    .filter((row) => row.f1 !== undefined)
    .map(
      (row) => `${row.input}: ${row.contestant} F1 ${row.f1.toFixed(3)}, ${perSecond(row)} documents/CPU-s`,
    );
  const measured = new Set(rows.filter((row) => row.f1 !== undefined).map((row) => row.input));
  notes.push(...[...measured].filter((input) => input in HELD_OUT).map(heldOutNote));
  notes.push(
    ...rows
      .filter((row) => Object.keys(row.columns ?? {}).length > 0)
      .map((row) => `${row.input}: ${row.contestant} finds of the gold's columns ${columnsOf(row)}`),
  );
  const of = (name) => results.rows.findLast((row) => row.contestant === name);
  const [loop, spark] = [of('plain loop'), of('through Spark')];
  if (loop !== undefined && spark !== undefined && loop.scale === spark.scale)
    notes.push(
      `through Spark: ${(spark.cpuSeconds / loop.cpuSeconds).toFixed(2)} times the CPU of the plain loop`,
    );
  return notes;
}

/** Main text of web pages, on one thread; quality beside speed. */
export default {
  name: 'extract',
  unit: 'MB',
  inputs: [...SETS, END_TO_END],
  prepare: ({ input, scale, given }) => [folderOf(given), input, scale],
  contestants: [
    onSets('corpusmill', { isOurs: true }),
    onSets('trafilatura', { maxScale: 1 }),
    onSets('resiliparse'),
    onFiles('through Spark', 'spark', { isOurs: true, maxScale: 4 }),
    onFiles('plain loop', 'loop', { maxScale: 4 }),
  ],
  verify,
};
