import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';

import { VENV_PYTHON, at } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';

const SMALLEST_MEGABYTES = 250;
const CORPUS = at('scripts/bench/dedup/corpus.py');

/** The corpus of a scale, made anew; the peer reads it as JSON lines, at the first scale only. */
async function prepare({ folder, scale, given }) {
  const texts = given === undefined ? at('../shared/data/text') : path.resolve(given);
  if (!existsSync(texts))
    throw new Error(`${texts} is not there; give a folder of .jsonl.gz files with --input`);
  const corpus = path.join(folder, 'corpus');
  rmSync(corpus, { recursive: true, force: true });
  const megabytes = String(Math.round(SMALLEST_MEGABYTES * scale));
  const made = ['--texts', texts, '--out', corpus, '--megabytes', megabytes];
  await capture(VENV_PYTHON, [CORPUS, ...made, ...(scale === 1 ? ['--jsonl'] : [])]);
  return corpus;
}

/** Whole dedup of generated near copies: MB of text per CPU-second, reading, verifying and writing included. */
export default {
  name: 'dedup',
  unit: 'MB',
  requirements: 'dedup.txt',
  inputs: ['edited copies'],
  prepare,
  contestants: [
    {
      name: 'corpusmill, verified',
      isOurs: true,
      command: ({ file }) => [VENV_PYTHON, at('scripts/bench/dedup/run.py'), file],
    },
    {
      name: 'datatrove MinHash',
      maxScale: 1,
      command: ({ file, python }) => [python, at('scripts/bench/peers/dedup_peer.py'), file],
    },
    {
      name: 'data-juicer MinHash',
      maxScale: 1,
      command: ({ file, python }) => [python, at('scripts/bench/peers/dedup_juicer_peer.py'), file],
    },
  ],
};
