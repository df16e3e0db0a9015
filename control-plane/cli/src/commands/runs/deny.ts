import type { Command } from 'commander';

import { changeRun } from '../../change-run.js';
import type { CliContext } from '../../context.js';
import { renderJson } from '../../output/json.js';
import { withJsonAndQuiet } from '../options.js';
import type { JsonOption, QuietOption } from '../options.js';

const HELP = `
Examples:
  corpusmill runs deny 01930d4e-7c00-7000-8000-000000000001`;

/** `runs deny ID` */
export function registerRunsDeny(runs: Command, context: CliContext): void {
  const command = runs
    .command('deny')
    .description('fail the step that waits for approval; its version is never committed')
    .argument('<id>', 'run id')
    .addHelpText('after', HELP);
  withJsonAndQuiet(command, 'the run id').action(async (id: string, options: JsonOption & QuietOption) => {
    const client = await context.connect();
    const run = await changeRun(client, id, (current) => client.denyRun(current));
    if (options.json === true) context.stdout.write(renderJson(run));
    else
      context.stdout.write(
        options.quiet === true ? `${run.id}\n` : `denied; run ${run.id} is ${run.state}\n`,
      );
  });
}
