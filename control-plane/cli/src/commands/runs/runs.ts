import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { registerRunsApprove } from './approve.js';
import { registerRunsCancel } from './cancel.js';
import { registerRunsDeny } from './deny.js';
import { registerRunsList } from './list.js';
import { registerRunsLogs } from './logs.js';
import { registerRunsRetry } from './retry.js';
import { registerRunsShow } from './show.js';

/** `runs list | show | cancel | retry | approve | deny | logs` */
export function registerRuns(program: Command, context: CliContext): void {
  const runs = program
    .command('runs')
    .description('list, show, cancel, retry, approve and deny runs; read their logs');
  registerRunsList(runs, context);
  registerRunsShow(runs, context);
  registerRunsCancel(runs, context);
  registerRunsRetry(runs, context);
  registerRunsApprove(runs, context);
  registerRunsDeny(runs, context);
  registerRunsLogs(runs, context);
}
