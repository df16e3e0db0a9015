import { CorpusmillClient } from '@corpusmill/client';

import type { CliContext } from '../context.js';
import { buildProgram, runProgram } from '../program.js';

/** What a command line left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command line is run in a test. */
export interface CommandLineOptions {
  readonly url?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTty?: boolean;
  readonly ask?: CliContext['ask'];
  /** Given a function that acts as Ctrl-C. */
  readonly onStart?: (interrupt: () => void) => void;
}

/** Runs a command line in this process, against the server at `url`. */
export async function corpusmill(
  args: readonly string[],
  options: CommandLineOptions = {},
): Promise<Outcome> {
  const text = { stdout: '', stderr: '' };
  const handlers: (() => void)[] = [];
  const output = (name: 'stdout' | 'stderr') => ({
    isTty: options.isTty === true,
    columns: 120,
    write: (chunk: string) => {
      text[name] += chunk;
    },
    flush: () => Promise.resolve(),
  });
  const retry = { attempts: 2, baseDelayMs: 1, maxDelayMs: 5, timeoutSeconds: 5 };
  const context: CliContext = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
    now: () => Date.parse('2026-01-02T03:04:05Z'),
    ask: options.ask ?? null,
    connect: () =>
      Promise.resolve(
        new CorpusmillClient({
          baseUrl: options.url ?? 'http://127.0.0.1:9',
          token: 'corpusmill_test',
          retry,
        }),
      ),
    onInterrupt: (handler) => {
      handlers.push(handler);
      return () => handlers.splice(handlers.indexOf(handler), 1);
    },
    colourFlag: () => !args.includes('--no-color'),
  };
  options.onStart?.(() => handlers.at(-1)?.());
  const code = await runProgram(buildProgram(context), args, context);
  return { code, ...text };
}
