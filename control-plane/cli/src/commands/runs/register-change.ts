import type { CorpusmillClient, Run } from '@corpusmill/client';
import type { Command } from 'commander';

import { changeRun } from '../../change-run.js';
import type { CliContext } from '../../context.js';
import { renderJson } from '../../output/json.js';
import { withJsonAndQuiet } from '../options.js';
import type { JsonOption, QuietOption } from '../options.js';

/** A command that changes one run. */
export interface RunChange {
  readonly name: string;
  readonly description: string;
  readonly change: (client: CorpusmillClient, run: Run) => Promise<Run>;
  /** What is said of the run afterwards. */
  readonly report: (run: Run) => string;
}

/** `runs NAME ID` */
export function registerRunChange(runs: Command, context: CliContext, change: RunChange): void {
  const command = runs
    .command(change.name)
    .description(change.description)
    .argument('<id>', 'run id')
    .addHelpText(
      'after',
      `\nExamples:\n  corpusmill runs ${change.name} 01930d4e-7c00-7000-8000-000000000001`,
    );
  withJsonAndQuiet(command, 'the run id').action(async (id: string, options: JsonOption & QuietOption) => {
    const client = await context.connect();
    const run = await changeRun(client, id, (current) => change.change(client, current));
    if (options.json === true) context.stdout.write(renderJson(run));
    else context.stdout.write(options.quiet === true ? `${run.id}\n` : `${change.report(run)}\n`);
  });
}
