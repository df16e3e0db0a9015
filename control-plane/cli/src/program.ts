import { Command, CommanderError, Option } from 'commander';

import { registerCompletion } from './commands/completion.js';
import { registerDatasets } from './commands/datasets/datasets.js';
import { registerExplain } from './commands/explain.js';
import { registerExport } from './commands/export.js';
import { registerPlan } from './commands/plan.js';
import { registerPull } from './commands/pull.js';
import { registerReport } from './commands/report.js';
import { registerRun } from './commands/run.js';
import { registerRuns } from './commands/runs/runs.js';
import { registerServe } from './commands/serve.js';
import { registerTrace } from './commands/trace.js';
import { registerVerify } from './commands/verify.js';
import type { CliContext } from './context.js';
import { EXIT, SilentExit } from './errors.js';
import { exitCodeFor } from './exit-code-for.js';
import { printError } from './print-error.js';
import { VERSION } from './version.js';

const HELP_AFTER = `
Environment:
  CORPUSMILL_URL    server to use; without it the embedded one is used, and started where needed
  CORPUSMILL_TOKEN  bearer token; the embedded server's is read from its folder
  CORPUSMILL_HOME   folder of the embedded server (default: .corpusmill)
  NO_COLOR          no colours

Exit codes:
  0 ok   1 failed   2 wrong call or invalid recipe   3 not authorized   4 not found   5 conflict
  6 wrong content   7 only a part was done   8 unavailable   124 timeout   130 interrupted

Examples:
  corpusmill run recipe.yaml --wait
  corpusmill report web-demo
  corpusmill pull web-demo --out shards && corpusmill verify shards
  corpusmill trace web-demo --file llmc/web-demo-00000.bin --token 1234`;

/** The whole command line. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('corpusmill')
    .description(
      'Turns raw crawls and text dumps into trainer-ready token shards, with lineage for every token.',
    )
    .version(VERSION, '-V, --version')
    .addOption(new Option('--no-color', 'no colours'))
    .addHelpText('after', HELP_AFTER)
    .showHelpAfterError('(--help shows what there is)');
  for (const register of [
    registerServe,
    registerPlan,
    registerRun,
    registerRuns,
    registerDatasets,
    registerReport,
    registerExplain,
    registerExport,
    registerPull,
    registerVerify,
    registerTrace,
    registerCompletion,
  ]) {
    register(program, context);
  }
  applyEverywhere(program, context);
  return program;
}

/** Runs one command line and gives its exit code; never throws. */
export async function runProgram(
  program: Command,
  args: readonly string[],
  context: CliContext,
): Promise<number> {
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof SilentExit) return error.exitCode;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    printError(error, context, args.includes('--json'));
    return exitCodeFor(error);
  }
}

/** Exits by exception, and output through the context, for a command and all below it. */
function applyEverywhere(command: Command, context: CliContext): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => context.stdout.write(text),
    writeErr: (text) => context.stderr.write(text),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  for (const child of command.commands) {
    if (command.name() !== '') child.addOption(new Option('--no-color', 'no colours').hideHelp());
    applyEverywhere(child, context);
  }
}
