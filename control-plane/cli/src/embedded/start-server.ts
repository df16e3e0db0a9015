import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Environment } from '../context.js';
import { CliError, EXIT } from '../errors.js';
import { acquireLock, isLock } from '../files/process-lock.js';
import { sanitize } from '../output/text.js';
import { findServer, isReady } from './home.js';
import type { EmbeddedHome, ServerRecord } from './home.js';
import { serverProgram } from './server-program.js';

/** How the server is started and waited for. */
export interface StartOptions {
  readonly env: Environment;
  readonly cwd: string;
  /** Program and arguments of the server. */
  readonly command: readonly string[];
  readonly timeoutMs: number;
  /** Told once when waiting begins and again every poll. */
  readonly onWait: () => void;
}

const POLL_MS = 100;
const LOG_TAIL_LINES = 20;
/** An idle embedded server ends by itself after this many seconds. */
const IDLE_EXIT_SECONDS = 300;
const START_TIMEOUT_MS = 120_000;

function serverCommand(): readonly string[] {
  return [process.execPath, serverProgram(), '--idle-exit', String(IDLE_EXIT_SECONDS)];
}

/** As `options` for {@link ensureServer} outside of tests. */
export function startOptions(env: Environment, cwd: string, onWait: () => void): StartOptions {
  return { env, cwd, command: serverCommand(), timeoutMs: START_TIMEOUT_MS, onWait };
}

/**
 * Gives the home's running, ready server, and starts one where there is none. Any number of
 * command lines at once start one server.
 *
 * @throws CliError SERVER_START_FAILED with the log's end where it dies, SERVER_START_TIMEOUT
 *   where it never gets ready
 */
export async function ensureServer(home: EmbeddedHome, options: StartOptions): Promise<ServerRecord> {
  const running = await findServer(home);
  if (running !== null && (await isReady(running.url))) return running;
  await mkdir(home.folder, { recursive: true, mode: 0o700 });
  const lock = await acquireLock(home.lockFile, options.timeoutMs);
  if (!isLock(lock)) throw startTimeout(home, options.timeoutMs);
  try {
    const child = (await findServer(home)) === null ? await spawnServer(home, options) : null;
    return await waitUntilReady(home, options, child);
  } finally {
    await lock.release();
  }
}

async function spawnServer(home: EmbeddedHome, options: StartOptions): Promise<ChildProcess> {
  const log = await open(home.logFile, 'a', 0o600);
  try {
    const [program = process.execPath, ...args] = options.command;
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...options.env, CORPUSMILL_HOME: home.folder },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

async function waitUntilReady(
  home: EmbeddedHome,
  options: StartOptions,
  child: ChildProcess | null,
): Promise<ServerRecord> {
  const deadline = Date.now() + options.timeoutMs;
  let failure: Error | null = null;
  child?.on('error', (error) => {
    failure = error;
  });
  while (Date.now() < deadline) {
    options.onWait();
    const record = await findServer(home);
    if (record !== null && (await isReady(record.url))) return record;
    if (failure !== null || hasFailed(child)) throw await startFailure(home, child);
    await sleep(POLL_MS);
  }
  throw startTimeout(home, options.timeoutMs);
}

/** Ended in a way that makes waiting useless; a server that found the home in use leaves it to the other one. */
function hasFailed(child: ChildProcess | null): boolean {
  if (child === null || child.exitCode === EXIT.conflict) return false;
  return child.exitCode !== null || child.signalCode !== null;
}

async function startFailure(home: EmbeddedHome, child: ChildProcess | null): Promise<CliError> {
  const how = child?.signalCode ?? `exit ${child?.exitCode ?? '?'}`;
  const log = await readFile(home.logFile, 'utf8').catch(() => '');
  const tail = sanitize(log).trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  return new CliError(
    'SERVER_START_FAILED',
    EXIT.unavailable,
    `the embedded server ended at once (${how}). The end of ${home.logFile}:\n${tail}`,
  );
}

function startTimeout(home: EmbeddedHome, timeoutMs: number): CliError {
  return new CliError(
    'SERVER_START_TIMEOUT',
    EXIT.timeout,
    `the embedded server was not ready after ${timeoutMs / 1000} s; see ${home.logFile}`,
  );
}
