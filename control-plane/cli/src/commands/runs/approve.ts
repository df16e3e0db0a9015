import type { Command } from 'commander';

import { changeRun } from '../../change-run.js';
import type { CliContext } from '../../context.js';
import { renderJson } from '../../output/json.js';
import { withJsonAndQuiet } from '../options.js';
import type { JsonOption, QuietOption } from '../options.js';

const HELP = `
Examples:
  corpusmill runs approve 01930d4e-7c00-7000-8000-000000000001`;

/** `runs approve ID` */
export function registerRunsApprove(runs: Command, context: CliContext): void {
  const command = runs
    .command('approve')
    .description('commit the version of the step that waits for approval, as it was written')
    .argument('<id>', 'run id')
    .addHelpText('after', HELP);
  withJsonAndQuiet(command, 'the run id').action(async (id: string, options: JsonOption & QuietOption) => {
    const client = await context.connect();
    const run = await changeRun(client, id, (current) => client.approveRun(current));
    if (options.json === true) context.stdout.write(renderJson(run));
    else
      context.stdout.write(
        options.quiet === true ? `${run.id}\n` : `approved; run ${run.id} is ${run.state}\n`,
      );
  });
}
