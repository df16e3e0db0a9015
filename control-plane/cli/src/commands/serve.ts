import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Command } from 'commander';

import type { CliContext } from '../context.js';
import { findHome, findServer, isReady } from '../embedded/home.js';
import { serverProgram } from '../embedded/server-program.js';
import { EXIT, SilentExit, UsageError } from '../errors.js';
import { wholeNumber } from './options.js';

interface ServeOptions {
  readonly port?: number;
  readonly idleExit?: number;
}

const POLL_MS = 200;
const HELP = `
Runs in the foreground until Ctrl-C; runs that are under way go on and are taken up by the next server.
Binds 127.0.0.1; the bearer token is in CORPUSMILL_HOME/token. Postgres is embedded unless DATABASE_URL
is set. Swagger UI: <url>/docs. Logs are JSON lines on standard output.

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

/** The server is a process in a group of its own, so that it is ended by us, once, and in order. */
async function serve(options: ServeOptions, context: CliContext): Promise<void> {
  if (context.env['CORPUSMILL_URL']) {
    throw new UsageError('CORPUSMILL_URL names a server elsewhere; unset it to serve here');
  }
  const idle = options.idleExit === undefined ? [] : ['--idle-exit', String(options.idleExit)];
  const port = options.port === undefined ? {} : { CORPUSMILL_PORT: String(options.port) };
  const env = { ...context.env, ...port };
  const child = spawn(process.execPath, [serverProgram(), ...idle], {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: context.cwd,
    env,
    detached: true,
  });
  const end = (): void => void child.kill('SIGTERM');
  const stopListening = context.onInterrupt(end);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  try {
    await announce(child, context);
    const [code] = await exited;
    if (code !== EXIT.ok) throw new SilentExit(code ?? EXIT.failed);
  } finally {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.removeListener(signal, end);
    stopListening();
  }
}

/** Says where the server is, once it is ready. */
async function announce(child: ChildProcess, context: CliContext): Promise<void> {
  const home = findHome(context.env, context.cwd);
  while (child.exitCode === null && child.signalCode === null) {
    const server = await findServer(home);
    if (server !== null && server.pid === child.pid && (await isReady(server.url))) {
      context.stderr.write(`serving on ${server.url} (token in ${home.tokenFile}); Ctrl-C ends it\n`);
      return;
    }
    await sleep(POLL_MS);
  }
}
