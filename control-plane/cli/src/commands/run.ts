import type { Run } from '@corpusmill/client';
import { Option } from 'commander';
import type { Command } from 'commander';

import type { CliContext } from '../context.js';
import { coloursFor } from '../context.js';
import { EXIT, SilentExit } from '../errors.js';
import { renderJson } from '../output/json.js';
import { renderProblems } from '../render/run-table.js';
import { renderFunnel } from '../render/report-table.js';
import { readRecipe, submitRecipe } from '../submit-recipe.js';
import { Interrupts } from '../watch/interrupts.js';
import { superviseRun } from '../watch/supervise-run.js';
import type { OnInterrupt } from '../watch/supervise-run.js';
import { collect, withJsonAndQuiet } from './options.js';
import type { JsonOption, QuietOption } from './options.js';

interface RunOptions extends JsonOption, QuietOption {
  readonly wait?: boolean;
  readonly set?: readonly string[];
  readonly onInterrupt: OnInterrupt;
}

const HELP = `
With --wait: progress per stage until the end, then the funnel and the version; exit 0 where the run
succeeded, 1 where it failed. Ctrl-C asks whether to cancel the run or to leave it running; a second
Ctrl-C leaves it running at once (exit 130).

Examples:
  corpusmill run recipe.yaml --wait
  corpusmill run recipe.yaml --set stages.mix.tokens=5000000 --set stages.mix.seed=1
  corpusmill run recipe.yaml --quiet`;

/** `run RECIPE` */
export function registerRun(program: Command, context: CliContext): void {
  const command = program
    .command('run')
    .description('submit a recipe')
    .argument('<recipe>', 'YAML or JSON file; - reads standard input')
    .option('-w, --wait', 'follow the run to its end')
    .option('--set <path=value>', 'change a value of the recipe; repeatable', collect)
    .addOption(
      new Option(
        '--on-interrupt <what>',
        'what Ctrl-C does with --wait; ask needs a terminal, without one it is detach',
      )
        .choices(['ask', 'cancel', 'detach'])
        .default('ask'),
    )
    .addHelpText('after', HELP);
  withJsonAndQuiet(command, 'the run id').action((path: string, options: RunOptions) =>
    runRecipe(path, options, context),
  );
}

async function runRecipe(path: string, options: RunOptions, context: CliContext): Promise<void> {
  const recipe = await readRecipe(path, options.set, context.cwd);
  const client = await context.connect();
  const interrupts = options.wait === true ? new Interrupts(context) : null;
  try {
    const run = await submitRecipe(recipe, (request) => client.createRun(request));
    if (options.quiet === true) context.stdout.write(`${run.id}\n`);
    if (interrupts === null) {
      if (options.json === true) context.stdout.write(renderJson(run));
      else if (options.quiet !== true)
        context.stdout.write(
          `run ${run.id} is ${run.state}; follow it with: corpusmill runs logs ${run.id} --follow\n`,
        );
      return;
    }
    const supervised = await superviseRun(run, interrupts, {
      context,
      json: options.json === true,
      quiet: options.quiet === true,
      onInterrupt: options.onInterrupt,
    });
    await printEnd(supervised.run, options, context);
    if (supervised.interrupted) throw new SilentExit(EXIT.interrupted);
    if (supervised.run.state !== 'succeeded') throw new SilentExit(EXIT.failed);
  } finally {
    interrupts?.end();
  }
}

/** The funnel and the version of a run that succeeded; the problems of one that did not. */
async function printEnd(run: Run, options: RunOptions, context: CliContext): Promise<void> {
  if (options.json === true) context.stdout.write(renderJson(run));
  const problems = renderProblems(run, coloursFor(context, context.stderr));
  if (problems !== '') context.stderr.write(problems.trimStart());
  if (run.state !== 'succeeded' || run.version === null || options.json === true || options.quiet === true)
    return;
  const client = await context.connect();
  const [name = '', version = 'latest'] = run.version.split('@');
  const report = await client.getReport(name, version);
  context.stdout.write(`\n${renderFunnel(report)}\nversion ${run.version}\n`);
}
