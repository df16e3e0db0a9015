import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';

import { VENV_PYTHON, at } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';

const SMALLEST_MEGABYTES = 250;
const CORPUS = at('scripts/bench/dedup/corpus.py');
const RUN = at('scripts/bench/dedup/run.py');

const nextOf = (corpus) => path.join(corpus, 'next');

/**
 * The corpus of a scale, made anew; the peer reads it as JSON lines, at the first scale only. Beside it stands in `next`
 * a version of the smallest size that follows it, which is the same at every scale but for what it repeats.
 */
async function prepare({ folder, scale, given }) {
  const texts = given === undefined ? at('../shared/data/text') : path.resolve(given);
  if (!existsSync(texts))
    throw new Error(`${texts} is not there; give a folder of .jsonl.gz files with --input`);
  const corpus = path.join(folder, 'corpus');
  rmSync(corpus, { recursive: true, force: true });
  const megabytes = String(Math.round(SMALLEST_MEGABYTES * scale));
  const made = ['--texts', texts, '--out', corpus, '--megabytes', megabytes];
  await capture(VENV_PYTHON, [CORPUS, ...made, ...(scale === 1 ? ['--jsonl'] : [])]);
  const next = ['--out', nextOf(corpus), '--megabytes', String(SMALLEST_MEGABYTES), '--follows', megabytes];
  await capture(VENV_PYTHON, [CORPUS, '--texts', texts, ...next]);
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
      command: ({ file }) => [VENV_PYTHON, RUN, file],
    },
    {
      name: 'corpusmill, verified, in a session that has run one',
      command: ({ file }) => [VENV_PYTHON, RUN, file, '--after', nextOf(file)],
    },
    {
      name: 'corpusmill, a new version against the corpus',
      command: ({ file }) => [VENV_PYTHON, RUN, nextOf(file), '--earlier', file],
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
