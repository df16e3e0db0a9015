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
  const scales = values.scales.split(',').map(Number);
  if (!scales.every((scale) => scale > 0))
    throw new UsageError(`--scales ${values.scales}: give numbers above 0, as 1,4,16`);
  const verifiedMegabytes = Number(values.verify);
  if (!(verifiedMegabytes >= 0)) throw new UsageError(`--verify ${values.verify}: give megabytes, 0 or more`);
  return { ...values, scales, verifiedMegabytes, name };
}

/** The bench to run, before anything is made for it. */
async function benchOf({ name, only }) {
  const { default: bench } = await import(`./bench/${name}.bench.mjs`);
  const names = bench.contestants.map((contestant) => contestant.name);
  if (names.some((contestant) => contestant.includes(only))) return bench;
  process.stderr.write(`--only ${only}: no contestant of ${name} has that in its name; there are\n`);
  process.stderr.write(names.map((contestant) => `  ${contestant}\n`).join(''));
  return process.exit(2);
}

async function main(options) {
  const bench = await benchOf(options);
  await setup();
  const python = await ensureEnvironment(options.name, bench.requirements);
  const results = await measureAll(bench, { ...options, given: options.input, python });
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : asTable(bench, results));
  process.exitCode = results.failures.length === 0 ? 0 : 1;
}

await main(readOptions(USAGE, CONFIG, checked));
