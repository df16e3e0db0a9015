import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { Command } from 'commander';

import type { CliContext } from '../context.js';
import { serverProgram } from '../embedded/server-program.js';
import { EXIT, SilentExit, UsageError } from '../errors.js';
import { wholeNumber } from './options.js';

interface ServeOptions {
  readonly port?: number;
  readonly idleExit?: number;
}

const HELP = `
Runs in the foreground until Ctrl-C. Binds 127.0.0.1; the bearer token is in CORPUSMILL_HOME/token.
Postgres is embedded unless DATABASE_URL is set. Swagger UI: <url>/docs.

Examples:
  corpusmill serve
  corpusmill serve --port 8080
  DATABASE_URL=postgres://user@host/db corpusmill serve`;

/** `serve` */
export function registerServe(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('run the API, the reconciler and the local executor')
    .option('-p, --port <n>', 'port; 0 takes any free one', wholeNumber(0, 65_535))
    .option('--idle-exit <seconds>', 'end after so long without runs and requests', wholeNumber(1))
    .addHelpText('after', HELP)
    .action((options: ServeOptions) => serve(options, context));
}

/** The server is a process of its own: a signal reaches it once, and its exit is ours. */
async function serve(options: ServeOptions, context: CliContext): Promise<void> {
  if (context.env['CORPUSMILL_URL'])
    throw new UsageError('CORPUSMILL_URL names a server elsewhere; unset it to serve here');
  const idle = options.idleExit === undefined ? [] : ['--idle-exit', String(options.idleExit)];
  const port = options.port === undefined ? {} : { CORPUSMILL_PORT: String(options.port) };
  const child = spawn(process.execPath, [serverProgram(), ...idle], {
    stdio: 'inherit',
    cwd: context.cwd,
    env: { ...context.env, ...port },
  });
  const stopListening = context.onInterrupt(() => undefined); // the terminal sends SIGINT to the server as well
  const forward = (): void => void child.kill('SIGTERM');
  process.once('SIGTERM', forward);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== EXIT.ok) throw new SilentExit(code ?? EXIT.failed);
  } finally {
    process.removeListener('SIGTERM', forward);
    stopListening();
  }
}
