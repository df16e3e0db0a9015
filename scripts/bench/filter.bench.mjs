import path from 'node:path';

import { at } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';
import { writeLists } from './lib/filter-lists.mjs';
import { jvmBench } from './lib/jvm.mjs';
import { TEXT_INPUTS, jsonLines, writeTexts } from './lib/texts.mjs';

const SMALLEST_MEGABYTES = 2.5;
const SHOWN_MISMATCHES = 20;
const FAMILIES = ['gopher-quality', 'gopher-repetition', 'c4', 'fineweb'];
const PEER = at('scripts/bench/peers/filter_peer.py');

const WORDS = jvmBench('FilterBench', 'words', 'uax29');

const ours = (name, families, split = 'uax29') => ({
  name: `corpusmill ${name}`,
  isOurs: name === 'all four',
  command: ({ file }) => jvmBench('FilterBench', 'speed', file, families.join(','), split),
});

const theirs = (name, families, maxScale, splitter = []) => ({
  name: `datatrove ${name}`,
  maxScale,
  command: ({ file, python }) => [python, PEER, 'speed', file, families.join(','), ...splitter],
});

/**
 * Decisions of both sides on the same texts, text by text: what differs. By uax29 datatrove gets our words; by
 * spacy-en each side has its own, and so the words are compared as well.
 */
async function compare(file, split, { python, folder }) {
  const [left, right] = ['ours', 'theirs'].map((name) => path.join(folder, `${name}.jsonl`));
  const lists = writeLists(folder);
  const [command, ...args] = jvmBench('FilterBench', 'decisions', file, left, split, lists);
  await capture(command, args);
  await capture(python, [PEER, 'decisions', file, right, lists, ...(split === 'uax29' ? WORDS : [])]);
  const peers = jsonLines(right);
  const mismatches = [];
  let texts = 0;
  for await (const mine of jsonLines(left)) {
    const { value: peer } = await peers.next();
    for (const family of Object.keys(mine))
      if (mine[family] !== peer[family])
        mismatches.push(`text ${texts}: ${family}: ours ${mine[family]}, datatrove ${peer[family]}`);
    texts += 1;
  }
  return { texts, mismatches };
}

async function verify({ python, folder, given, results, verifiedMegabytes }) {
  const notes = [];
  for (const input of TEXT_INPUTS) {
    const file = await writeTexts({ input, folder, given, megabytes: verifiedMegabytes, isSpread: true });
    for (const split of ['uax29', 'spacy-en']) {
      const { texts, mismatches } = await compare(file, split, { python, folder });
      const shown = mismatches.slice(0, SHOWN_MISMATCHES).map((line) => `\n  ${line}`);
      const note = `${input}, ${split}: ${texts} texts, ${mismatches.length} mismatches with datatrove${shown.join('')}`;
      notes.push(note);
      if (mismatches.length > 0)
        results.failures.push({ contestant: 'parity', input, scale: 1, error: note });
    }
  }
  return notes;
}

/** The filter families on one thread, and whether every decision and reason is datatrove's. */
export default {
  name: 'filter',
  unit: 'MB',
  requirements: 'filter.txt',
  inputs: TEXT_INPUTS,
  prepare: ({ input, folder, scale, given }) =>
    writeTexts({ input, folder, given, megabytes: SMALLEST_MEGABYTES * scale }),
  contestants: [
    ours('all four', FAMILIES),
    {
      name: 'corpusmill all four, JVM not warmed up',
      command: ({ file }) => jvmBench('FilterBench', 'cold', file, FAMILIES.join(','), 'uax29'),
    },
    ours('all four, spaCy words', FAMILIES, 'spacy-en'),
    {
      name: 'corpusmill all four, other thresholds over values',
      command: ({ file }) => jvmBench('FilterBench', 'again', file, FAMILIES.join(','), 'uax29'),
    },
    ...FAMILIES.map((family) => ours(family, [family])),
    theirs('all four', FAMILIES, 1),
    theirs('all four, our words given', FAMILIES, 1, WORDS),
    ...FAMILIES.map((family) => theirs(`${family}, our words given`, [family], 1, WORDS)),
  ],
  verify,
};
