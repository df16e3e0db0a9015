import type { Run } from '@corpusmill/client';

import { changeRun } from '../change-run.js';
import type { CliContext } from '../context.js';
import { coloursFor } from '../context.js';
import { printError } from '../print-error.js';
import type { Interrupts } from './interrupts.js';
import { LiveView } from './live-view.js';
import { watchRun } from './watch-run.js';

/** What the first Ctrl-C does. */
export type OnInterrupt = 'ask' | 'cancel' | 'detach';

/** How a run is followed. */
export interface SuperviseOptions {
  readonly context: CliContext;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly onInterrupt: OnInterrupt;
}

/** The run as it was last seen. */
export interface SupervisedRun {
  readonly run: Run;
  /** The user pressed Ctrl-C and the run was cancelled or left running for it. */
  readonly interrupted: boolean;
}

/** Follows a run to its end with live progress, and does what Ctrl-C asks for. */
export async function superviseRun(
  submitted: Run,
  interrupts: Interrupts,
  options: SuperviseOptions,
): Promise<SupervisedRun> {
  const { context } = options;
  const view = new LiveView({
    output: context.stderr,
    colours: coloursFor(context, context.stderr),
    json: options.json,
    now: context.now,
  });
  const detach = new AbortController();
  let latest = submitted;
  let paused = false;
  let interrupted = false;
  const onCtrlC = async (count: number): Promise<void> => {
    if (count > 1) return detach.abort();
    paused = true;
    const choice = await chooseAction(options);
    paused = false;
    view.end();
    if (choice === 'go on') return;
    interrupted = true;
    if (choice === 'detach') return detach.abort();
    context.stderr.write('cancelling the run; Ctrl-C again leaves it\n');
    const client = await context.connect();
    await changeRun(client, latest.id, (run) => client.cancelRun(run));
  };
  interrupts.listen((count) => {
    onCtrlC(count).catch((error: unknown) => printError(error, context, false));
  });
  try {
    const onRun = (run: Run): void => {
      latest = run;
      if (!paused && !options.quiet) view.show(run);
    };
    return {
      run: await watchRun(submitted.id, { connect: context.connect, onRun, signal: detach.signal }),
      interrupted,
    };
  } catch (error) {
    if (!detach.signal.aborted) throw error;
    context.stderr.write(detachedMessage(submitted.id));
    return { run: latest, interrupted: true };
  }
}

async function chooseAction(options: SuperviseOptions): Promise<'cancel' | 'detach' | 'go on'> {
  if (options.onInterrupt !== 'ask') return options.onInterrupt;
  if (options.context.ask === null) return 'detach';
  const answer = await options.context.ask(
    '\nCancel the run (c), leave it running (l), or go on watching (enter)? ',
  );
  if (/^c/i.test(answer.trim())) return 'cancel';
  return /^[ld]/i.test(answer.trim()) ? 'detach' : 'go on';
}

function detachedMessage(id: string): string {
  return `\nrun ${id} goes on.\n  follow: corpusmill runs logs ${id} --follow\n  state:  corpusmill runs show ${id}\n  cancel: corpusmill runs cancel ${id}\n`;
}
