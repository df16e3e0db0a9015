import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { registerRunChange } from './register-change.js';

/** `runs retry ID` */
export function registerRunsRetry(runs: Command, context: CliContext): void {
  registerRunChange(runs, context, {
    name: 'retry',
    description: 'let a failed or cancelled run go on: failed steps get new attempts',
    change: (client, run) => client.retryRun(run),
    report: (run) => `run ${run.id} is ${run.state}`,
  });
}
