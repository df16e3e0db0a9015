import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { registerRunChange } from './register-change.js';

/** `runs cancel ID` */
export function registerRunsCancel(runs: Command, context: CliContext): void {
  registerRunChange(runs, context, {
    name: 'cancel',
    description: 'end a run; what its finished steps committed stays',
    change: (client, run) => client.cancelRun(run),
    report: (run) => `run ${run.id} is ${run.state}`,
  });
}
