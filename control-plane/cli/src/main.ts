import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { isatty } from 'node:tty';

import type { CliContext, TextOutput } from './context.js';
import { connect } from './embedded/connect.js';
import { EXIT } from './errors.js';
import { buildProgram, runProgram } from './program.js';

const interruptHandlers: (() => void)[] = [];

function textOutput(stream: NodeJS.WriteStream, descriptor: number): TextOutput {
  return {
    isTty: isatty(descriptor),
    get columns() {
      return stream.columns ?? 80;
    },
    write: (text) => void stream.write(text),
    flush: async () => {
      if (stream.writableNeedDrain) await once(stream, 'drain');
    },
  };
}

/** `corpusmill … | head` closes the pipe early: that is no failure. */
function endQuietlyOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on('SIGINT', () => process.emit('SIGINT'));
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

function onInterrupt(handler: () => void): () => void {
  interruptHandlers.push(handler);
  return () => {
    const index = interruptHandlers.lastIndexOf(handler);
    if (index !== -1) interruptHandlers.splice(index, 1);
  };
}

/** A terminal, npm and our own wrapper may each pass one Ctrl-C on: signals this close together are one. */
const SAME_INTERRUPT_MS = 250;
let interruptedAt = Number.NEGATIVE_INFINITY;

process.on('SIGINT', () => {
  const isRepeated = performance.now() - interruptedAt < SAME_INTERRUPT_MS;
  interruptedAt = performance.now();
  if (isRepeated) return;
  const handler = interruptHandlers.at(-1);
  if (handler) handler();
  else process.exit(EXIT.interrupted);
});
endQuietlyOnClosedPipe(process.stdout);
endQuietlyOnClosedPipe(process.stderr);

const stdout = textOutput(process.stdout, 1);
const stderr = textOutput(process.stderr, 2);
const context: CliContext = {
  stdout,
  stderr,
  env: process.env,
  cwd: process.cwd(),
  now: Date.now,
  ask: process.stdin.isTTY && stderr.isTty ? ask : null,
  connect: () => connect(process.env, process.cwd(), stderr),
  onInterrupt,
  colourFlag: () => !process.argv.includes('--no-color'),
};
const exitCode = await runProgram(buildProgram(context), process.argv.slice(2), context);
process.exitCode = exitCode;
// Whatever still holds the process (a kept connection, a timer) must not hold the user; output is written first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
