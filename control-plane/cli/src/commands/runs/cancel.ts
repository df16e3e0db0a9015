import type { Command } from 'commander';

import { changeRun } from '../../change-run.js';
import type { CliContext } from '../../context.js';
import { renderJson } from '../../output/json.js';
import { withJsonAndQuiet } from '../options.js';
import type { JsonOption, QuietOption } from '../options.js';

const HELP = `
Examples:
  corpusmill runs cancel 01930d4e-7c00-7000-8000-000000000001`;

/** `runs cancel ID` */
export function registerRunsCancel(runs: Command, context: CliContext): void {
  const command = runs
    .command('cancel')
    .description('end a run; what its finished steps committed stays')
    .argument('<id>', 'run id')
    .addHelpText('after', HELP);
  withJsonAndQuiet(command, 'the run id').action(async (id: string, options: JsonOption & QuietOption) => {
    const client = await context.connect();
    const run = await changeRun(client, id, (current) => client.cancelRun(current));
    if (options.json === true) context.stdout.write(renderJson(run));
    else context.stdout.write(options.quiet === true ? `${run.id}\n` : `run ${run.id} is ${run.state}\n`);
  });
}
