import type { Run } from '@corpusmill/client';
import { Option } from 'commander';
import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { coloursFor } from '../../context.js';
import { renderJson } from '../../output/json.js';
import { collectPages } from '../../pages.js';
import { renderRuns } from '../../render/run-table.js';
import { wholeNumber, withJsonAndQuiet } from '../options.js';
import type { JsonOption, QuietOption } from '../options.js';

interface ListOptions extends JsonOption, QuietOption {
  readonly state?: Run['state'];
  readonly name?: string;
  readonly limit: number;
}

const STATES = ['pending', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const;
const HELP = `
Examples:
  corpusmill runs list --state running
  corpusmill runs list --quiet | head -1`;

/** `runs list` */
export function registerRunsList(runs: Command, context: CliContext): void {
  const command = runs
    .command('list')
    .description('runs, the newest first')
    .addOption(new Option('--state <state>', 'only runs in this state').choices(STATES))
    .option('--name <name>', 'only runs of this recipe name')
    .option('--limit <n>', 'at most so many', wholeNumber(1), 50)
    .addHelpText('after', HELP);
  withJsonAndQuiet(command, 'run ids').action(async (options: ListOptions) => {
    const client = await context.connect();
    const filter = {
      ...(options.state ? { state: options.state } : {}),
      ...(options.name ? { name: options.name } : {}),
    };
    const page = await collectPages((query) => client.listRuns({ ...query, ...filter }), options.limit);
    if (options.json === true) context.stdout.write(renderJson(page));
    else if (options.quiet === true) context.stdout.write(page.items.map((run) => `${run.id}\n`).join(''));
    else context.stdout.write(renderRuns(page.items, coloursFor(context, context.stdout), context.now()));
  });
}
