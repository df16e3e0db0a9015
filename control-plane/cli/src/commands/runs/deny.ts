import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { registerRunChange } from './register-change.js';

/** `runs deny ID` */
export function registerRunsDeny(runs: Command, context: CliContext): void {
  registerRunChange(runs, context, {
    name: 'deny',
    description: 'fail the step that waits for approval; its version is never committed',
    change: (client, run) => client.denyRun(run),
    report: (run) => `denied; run ${run.id} is ${run.state}`,
  });
}
