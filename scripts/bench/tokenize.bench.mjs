import { readFileSync } from 'node:fs';
import path from 'node:path';

import { JOBS_JAR, at } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';
import { jvmBench } from './lib/jvm.mjs';
import { TEXT_INPUTS, writeTexts } from './lib/texts.mjs';

const SMALLEST_MEGABYTES = 2.5;
const PEER = at('scripts/bench/peers/tokenize_peer.py');

const theirs = (name, maxScale) => ({
  name,
  maxScale,
  command: ({ file, python }) => [python, PEER, 'speed', name, file, JOBS_JAR],
});

/** Texts to which two programs give other tokens: the numbers of lines that differ. */
function differing(left, right) {
  const [ours, theirs_] = [left, right].map((file) => readFileSync(file, 'ascii').trimEnd().split('\n'));
  if (ours.length !== theirs_.length) throw new Error(`${left} and ${right} are not of the same texts`);
  return {
    texts: ours.length,
    lines: ours.flatMap((line, index) => (line === theirs_[index] ? [] : [index])),
  };
}

async function verify({ python, folder, given, results, verifiedMegabytes }) {
  const notes = [];
  for (const input of TEXT_INPUTS) {
    const file = await writeTexts({ input, folder, given, megabytes: verifiedMegabytes });
    const mine = path.join(folder, 'ours.md5');
    const [command, ...args] = jvmBench('TokenizeBench', 'tokens', file, mine);
    await capture(command, args);
    for (const name of ['tiktoken', 'gigatoken']) {
      const peer = path.join(folder, `${name}.md5`);
      await capture(python, [PEER, 'tokens', name, file, JOBS_JAR, peer]);
      const { texts, lines } = differing(mine, peer);
      notes.push(`${input}: ${texts} texts, ${lines.length} with other tokens than ${name}`);
      if (lines.length > 0) {
        const error = `${notes.at(-1)}: texts ${lines.slice(0, 20).join(', ')}`;
        results.failures.push({ contestant: name, input, scale: 1, error });
      }
    }
  }
  return notes;
}

/** GPT-2 tokens on one thread. */
export default {
  name: 'tokenize',
  unit: 'MB',
  requirements: 'tokenize.txt',
  inputs: TEXT_INPUTS,
  prepare: ({ input, folder, scale, given }) =>
    writeTexts({ input, folder, given, megabytes: SMALLEST_MEGABYTES * scale }),
  contestants: [
    {
      name: 'corpusmill',
      isOurs: true,
      command: ({ file }) => jvmBench('TokenizeBench', 'speed', file),
    },
    {
      name: 'corpusmill, JVM not warmed up',
      command: ({ file }) => jvmBench('TokenizeBench', 'cold', file),
    },
    theirs('gigatoken'),
    theirs('tiktoken'),
    theirs('tokenizers', 4),
  ],
  verify,
};
