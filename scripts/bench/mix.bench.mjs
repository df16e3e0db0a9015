import { JOBS_JAR, at } from '../lib/paths.mjs';
import { jvmBench } from './lib/jvm.mjs';
import { writeTexts } from './lib/texts.mjs';

const SMALLEST_MEGABYTES = 5;

const peer = (name, title) => ({
  name: title,
  command: ({ file, python }) => [python, at('scripts/bench/peers/mix_peer.py'), name, file, JOBS_JAR],
});

/** Writing token shards: megabytes of the text that the tokens stand for. Ours writes sidecars and digests as well. */
export default {
  name: 'mix',
  unit: 'MB',
  requirements: 'mix.txt',
  inputs: ['english'],
  prepare: ({ input, folder, scale, given }) =>
    writeTexts({ input, folder, given, megabytes: SMALLEST_MEGABYTES * scale }),
  contestants: [
    {
      name: 'corpusmill llm.c with sidecar',
      isOurs: true,
      command: ({ file }) => jvmBench('MixBench', file),
    },
    peer('datatrove', 'datatrove TokenizedFile'),
    peer('numpy', 'llm.c writer (NumPy, no index)'),
  ],
};
