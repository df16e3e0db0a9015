import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { coloursFor } from '../../context.js';
import { renderJson } from '../../output/json.js';
import { renderRun } from '../../render/run-table.js';
import { withJson } from '../options.js';
import type { JsonOption } from '../options.js';

const HELP = `
Examples:
  corpusmill runs show 01930d4e-7c00-7000-8000-000000000001
  corpusmill runs show "$(corpusmill runs list -q --limit 1)" --json | jq .state`;

/** `runs show ID` */
export function registerRunsShow(runs: Command, context: CliContext): void {
  const command = runs
    .command('show')
    .description('a run with its steps, attempts and problems')
    .argument('<id>', 'run id')
    .addHelpText('after', HELP);
  withJson(command).action(async (id: string, options: JsonOption) => {
    const client = await context.connect();
    const run = await client.getRun(id);
    context.stdout.write(
      options.json === true
        ? renderJson(run)
        : renderRun(run, coloursFor(context, context.stdout), context.now()),
    );
  });
}
