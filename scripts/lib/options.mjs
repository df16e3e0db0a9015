import { parseArgs } from 'node:util';

/** Arguments that a script does not take; the message names the argument and what there is. */
export class UsageError extends Error {}

/**
 * What a script was called with: `{ values, positionals }` of `config` (as parseArgs takes it, --help added). Prints the
 * usage and ends the process where --help is given; says what is wrong, shows the usage and ends with status 2 where
 * arguments are unknown or `check` throws a UsageError. Returns what `check` makes of them.
 */
export function readOptions(usage, config, check) {
  try {
    const options = { ...config.options, help: { type: 'boolean', short: 'h', default: false } };
    const parsed = asUsage(() => parseArgs({ ...config, options }));
    if (!parsed.values.help) return check(parsed);
    process.stdout.write(usage);
    return process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    return process.exit(2);
  }
}

function asUsage(parse) {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error.message);
  }
}
