import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { registerRunChange } from './register-change.js';

/** `runs approve ID` */
export function registerRunsApprove(runs: Command, context: CliContext): void {
  registerRunChange(runs, context, {
    name: 'approve',
    description: 'commit the version of the step that waits for approval, as it was written',
    change: (client, run) => client.approveRun(run),
    report: (run) => `approved; run ${run.id} is ${run.state}`,
  });
}
