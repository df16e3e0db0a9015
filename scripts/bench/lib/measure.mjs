import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';

import { at } from '../../lib/paths.mjs';
import { capture } from '../../lib/run.mjs';
import { asLine } from './report.mjs';

/**
 * Runs every contestant of a bench on every input at every scale, each in a process of its own, one at a time.
 *
 * A contestant's process prints, as its last line, one JSON object: `bytes` of input that it worked on, `cpuSeconds`
 * and `wallSeconds` that the work took (user and system time of the process and its children, without start-up and
 * reading of the input), `peakMemoryBytes` of the process, and anything else worth keeping. Standard error says it at
 * once, so that a run that is cut off has told what it knew. A contestant that fails stands in `failures`, and the
 * others go on.
 */
export async function measureAll(bench, options) {
  mkdirSync(at('.tools/bench'), { recursive: true });
  const folder = mkdtempSync(at('.tools/bench/run-'));
  const results = { bench: bench.name, unit: bench.unit, rows: [], notes: [], failures: [] };
  try {
    for (const input of bench.inputs) await measureInput(bench, { ...options, folder, input }, results);
    if (bench.verify && options.verifiedMegabytes > 0) await verify(bench, { ...options, folder, results });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}

/** What the bench compares; a comparison that cannot be made is a failure beside the measurements. */
async function verify(bench, options) {
  try {
    options.results.notes.push(...(await bench.verify(options)));
  } catch (error) {
    options.results.failures.push({ contestant: 'verify', input: 'all', scale: 1, error: error.message });
  }
}

async function measureInput(bench, options, results) {
  for (const scale of options.scales) {
    process.stderr.write(`bench: makes ${options.input} ×${scale} …\n`);
    const file = await bench.prepare({ ...options, scale });
    for (const contestant of bench.contestants) {
      if (contestant.runsOn?.(options.input) === false) continue;
      const isWanted = contestant.name.includes(options.only) && scale <= (contestant.maxScale ?? Infinity);
      if (isWanted) await measureOne(contestant, { ...options, scale, file }, results);
    }
  }
}

async function measureOne(contestant, options, results) {
  const { input, scale } = options;
  const tell = (what) => process.stderr.write(`bench: ${contestant.name} on ${input} ×${scale}${what}\n`);
  tell(' …');
  const [command, ...args] = contestant.command(options);
  try {
    const output = await capture(command, args);
    const measured = JSON.parse(output.trimEnd().split('\n').at(-1));
    results.rows.push({
      contestant: contestant.name,
      isOurs: contestant.isOurs === true,
      input,
      scale,
      ...measured,
    });
    tell(`: ${asLine(measured, results.unit)}`);
  } catch (error) {
    results.failures.push({ contestant: contestant.name, input, scale, error: error.message });
    tell(' failed');
  }
}
