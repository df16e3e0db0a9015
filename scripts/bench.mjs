// `npm run bench -- NAME`: Corpusmill and its peers on the same input, in one run on this machine.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { ensureEnvironment } from './bench/lib/environment.mjs';
import { measureAll } from './bench/lib/measure.mjs';
import { asTable } from './bench/lib/report.mjs';
import { at } from './lib/paths.mjs';
import { setup } from './setup.mjs';

const USAGE = `usage: npm run bench -- NAME [--json] [--input FILE] [--scales 1,4,16] [--only PART] [--verify MB]
  NAME      one of the benches: $NAMES
  --json    the results as one JSON document on standard output, and no table
  --input   texts of your own: JSON lines with "text", plain or .gz (default: the texts of ../shared/data)
  --scales  how many times the smallest input each contestant gets
  --verify  megabytes of each input on which results are compared, where the bench does (default 5; 0: none)
  --only    contestants whose name contains this
`;

const NAMES = readdirSync(at('scripts/bench'))
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.slice(0, -'.bench.mjs'.length));

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      input: { type: 'string' },
      scales: { type: 'string', default: '1,4,16' },
      only: { type: 'string', default: '' },
      verify: { type: 'string', default: '5' },
    },
  });
  const scales = values.scales.split(',').map(Number);
  const verifiedMegabytes = Number(values.verify);
  const isRight =
    positionals.length === 1 && NAMES.includes(positionals[0]) && scales.every((scale) => scale > 0);
  return isRight && verifiedMegabytes >= 0
    ? { ...values, scales, verifiedMegabytes, name: positionals[0] }
    : null;
}

async function main(options) {
  await setup();
  const { default: bench } = await import(`./bench/${options.name}.bench.mjs`);
  const python = await ensureEnvironment(options.name, bench.requirements);
  const results = await measureAll(bench, { ...options, given: options.input, python });
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : asTable(bench, results));
  process.exitCode = results.failures.length === 0 ? 0 : 1;
}

const options = parse();
if (options === null) {
  process.stderr.write(USAGE.replace('$NAMES', NAMES.join(', ')));
  process.exitCode = 2;
} else await main(options);
