import { setTimeout as sleep } from 'node:timers/promises';

import type { CorpusmillClient, Run, Step } from '@corpusmill/client';
import { Option } from 'commander';
import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { CliError, EXIT } from '../../errors.js';
import { renderJsonLine } from '../../output/json.js';
import { sanitize } from '../../output/text.js';
import { isTerminal } from '../../watch/run-states.js';
import { withJson } from '../options.js';
import type { JsonOption } from '../options.js';

interface LogOptions extends JsonOption {
  readonly step?: Step['stage'];
  readonly attempt?: string;
  readonly follow?: boolean;
}

const POLL_MS = 1000;
const STAGES = ['extract', 'filter', 'dedup', 'score', 'scrub', 'tokenize', 'mix'] as const;
const HELP = `
Without --step: the failed step, else the running one, else the last that ran. With --follow the log
goes on from step to step until the run ends.

Examples:
  corpusmill runs logs 01930d4e-7c00-7000-8000-000000000001 --step dedup
  corpusmill runs logs "$(corpusmill runs list -q --limit 1)" --follow`;

/** `runs logs ID` */
export function registerRunsLogs(runs: Command, context: CliContext): void {
  const command = runs
    .command('logs')
    .description("a step's log; kept after the run")
    .argument('<id>', 'run id')
    .addOption(new Option('--step <stage>', 'stage').choices(STAGES))
    .option('--attempt <id>', 'attempt id (default: the latest)')
    .option('-f, --follow', 'go on until the run ends')
    .addHelpText('after', HELP);
  withJson(command).action(async (id: string, options: LogOptions) => {
    const client = await context.connect();
    const run = await client.getRun(id);
    const first = options.step ?? chooseStep(run);
    if (first === null)
      throw new CliError('STEP_NOT_FOUND', EXIT.notFound, `no step of run ${id} has started yet`);
    const reader = new LogReader(client, run.id, options, context);
    await reader.print(first, options.follow === true);
    if (options.follow === true && options.step === undefined)
      await followRest(client, run.id, first, reader);
  });
}

function chooseStep(run: Run): Step['stage'] | null {
  const started = run.steps.filter((step) => step.attempts.length > 0);
  const chosen =
    started.find((step) => step.state === 'failed') ??
    started.find((step) => !isTerminal(step.state)) ??
    started.at(-1);
  return chosen?.stage ?? null;
}

async function followRest(
  client: CorpusmillClient,
  id: string,
  first: Step['stage'],
  reader: LogReader,
): Promise<void> {
  const printed = new Set<string>([first]);
  for (;;) {
    const run = await client.getRun(id);
    const index = run.steps.findIndex((step) => step.stage === first);
    const next = run.steps.find(
      (step, at) => at > index && step.attempts.length > 0 && !printed.has(step.stage),
    );
    if (next) {
      printed.add(next.stage);
      await reader.print(next.stage, true);
    } else if (isTerminal(run.state)) return;
    else await sleep(POLL_MS);
  }
}

/** Prints logs slice by slice; whole lines only, so that no escape sequence is cut in two. */
class LogReader {
  constructor(
    private readonly client: CorpusmillClient,
    private readonly runId: string,
    private readonly options: LogOptions,
    private readonly context: CliContext,
  ) {}

  async print(stage: Step['stage'], follow: boolean): Promise<void> {
    let offset = 0;
    let rest = '';
    for (;;) {
      const attempt = this.options.attempt === undefined ? {} : { attempt: this.options.attempt };
      const slice = await this.client.getRunLog(this.runId, { stage, offset, ...attempt });
      const text = rest + slice.text;
      const whole = text.lastIndexOf('\n') + 1;
      await this.write(stage, text.slice(0, whole));
      rest = text.slice(whole);
      const moved = slice.nextOffset > offset;
      offset = slice.nextOffset;
      if (!moved && (slice.isComplete || !follow)) break;
      if (!moved) await sleep(POLL_MS);
    }
    await this.write(stage, rest === '' ? '' : `${rest}\n`);
  }

  private async write(stage: string, text: string): Promise<void> {
    if (text === '') return;
    this.context.stdout.write(this.options.json === true ? renderJsonLine({ stage, text }) : sanitize(text));
    await this.context.stdout.flush();
  }
}
