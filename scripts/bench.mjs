// `npm run bench -- NAME`: Corpusmill and its peers on the same input, in one run on this machine.
import { readdirSync } from 'node:fs';

import { ensureEnvironment } from './bench/lib/environment.mjs';
import { measureAll } from './bench/lib/measure.mjs';
import { asTable } from './bench/lib/report.mjs';
import { UsageError, readOptions } from './lib/options.mjs';
import { at } from './lib/paths.mjs';
import { setup } from './setup.mjs';

const NAMES = readdirSync(at('scripts/bench'))
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.slice(0, -'.bench.mjs'.length));

/** Each one's description; its peers are set up when it runs. */
const BENCHES = new Map(
  await Promise.all(NAMES.map(async (name) => [name, (await import(`./bench/${name}.bench.mjs`)).default])),
);

const USAGE = `usage: npm run bench -- NAME [options]

  NAME            one of ${NAMES.join(', ')}
  --json          the results as one JSON document on standard output, and no table
  --input FILE    texts of your own: JSON lines with "text", plain or .gz (default: the texts of ../shared/data)
  --scales LIST   how many times the smallest input each contestant gets (default 1,4,16)
  --only PART     contestants whose name contains this
  --verify MB     megabytes of each input on which results are compared, where the bench does (default 5; 0: none)
  --help          this text
`;

const CONFIG = {
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    input: { type: 'string' },
    scales: { type: 'string', default: '1,4,16' },
    only: { type: 'string', default: '' },
    verify: { type: 'string', default: '5' },
  },
};

function checked({ values, positionals }) {
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0)
    throw new UsageError(`give one bench; there are ${NAMES.join(', ')}`);
  if (!NAMES.includes(name)) throw new UsageError(`no bench "${name}"; there are ${NAMES.join(', ')}`);
  const contestants = BENCHES.get(name).contestants.map((contestant) => contestant.name);
  if (!contestants.some((contestant) => contestant.includes(values.only)))
    throw new UsageError(
      `--only ${values.only}: no contestant of ${name} has that in its name; there are\n  ${contestants.join('\n  ')}`,
    );
  const scales = values.scales.split(',').map(Number);
  if (!scales.every((scale) => scale > 0))
    throw new UsageError(`--scales ${values.scales}: give numbers above 0, as 1,4,16`);
  const verifiedMegabytes = Number(values.verify);
  if (!(verifiedMegabytes >= 0)) throw new UsageError(`--verify ${values.verify}: give megabytes, 0 or more`);
  return { ...values, scales, verifiedMegabytes, name };
}

async function main(options) {
  const bench = BENCHES.get(options.name);
  await setup();
  const python = await ensureEnvironment(options.name, bench.requirements);
  const results = await measureAll(bench, { ...options, given: options.input, python });
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : asTable(bench, results));
  process.exitCode = results.failures.length === 0 ? 0 : 1;
}

await main(readOptions(USAGE, CONFIG, checked));
