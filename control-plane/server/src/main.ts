import 'reflect-metadata';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type Logger, pino } from 'pino';
import { ensureTokenFile } from './access/access-token.js';
import { createHttpApp } from './bootstrap/http-app.js';
import { HomeWatch } from './bootstrap/home-watch.js';
import { IdleExit } from './bootstrap/idle-exit.js';
import { HomeInUse, InstanceLock } from './bootstrap/instance-lock.js';
import { OpenedDatabase } from './bootstrap/opened-database.js';
import { USAGE, UsageError, parseServerCommand } from './bootstrap/server-command.js';
import { removeServerFile, writeServerFile } from './bootstrap/server-file.js';
import { VERSION } from './contracts/version.js';
import { sha256Hex } from './common/canonical-json.js';
import { randomToken } from './common/ids.js';
import { EXECUTOR } from './common/tokens.js';
import { ConfigInvalid, loadConfig, missingTools, type ServerConfig } from './config/config.js';
import { Lease } from './database/lease.js';
import { Reconciler } from './runs/reconciler/reconciler.js';
import { RunsService } from './runs/runs.service.js';
import type { Executor } from './workloads/executor.js';
import { messageOf } from './common/error-code.js';

export interface StartOptions {
  /** Environment to read the configuration from; the process's own where absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** End after so many seconds without a request and without an active run. */
  readonly idleExitSeconds?: number;
  /** Called after the server has ended by itself. */
  readonly onIdleExit?: () => void;
  readonly logger?: Logger;
}

export interface RunningServer {
  readonly url: string;
  readonly token: string;
  readonly home: string;
  /** Ends the server. `leave`: running work goes on and is adopted by the next server; `end`: it is ended too. */
  close(work?: 'leave' | 'end'): Promise<void>;
}

interface Resources {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly lock: InstanceLock;
  readonly opened: OpenedDatabase;
}

/** Starts API, reconciler and executor; throws ConfigInvalid with all problems, or HomeInUse. */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const config = loadConfig(options.env);
  const logger = options.logger ?? createLogger(config);
  await mkdir(config.home, { recursive: true });
  const lock = await InstanceLock.acquire(config.home);
  try {
    return await open(config, logger, { lock, options });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function open(
  config: ServerConfig,
  logger: Logger,
  { lock, options }: { readonly lock: InstanceLock; readonly options: StartOptions },
): Promise<RunningServer> {
  const opened = await OpenedDatabase.open(config, logger);
  try {
    return await serve({ config, logger, lock, opened }, options);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function serve(resources: Resources, options: StartOptions): Promise<RunningServer> {
  const { config, logger, opened } = resources;
  const token = config.http.token ?? (await ensureTokenFile(config.home));
  const idle = new IdleExit(options.idleExitSeconds ?? null);
  const lease = createLease(resources);
  const parts = { config, logger, database: opened.database, lease };
  const app = await createHttpApp({ ...parts, token, onRequest: () => idle.touch() });
  await app.listen(config.http.port, config.http.bind);
  const url = addressOf(app, config);
  app.get(Reconciler).start();
  await writeServerFile(config.home, url);
  for (const problem of missingTools(config)) logger.warn(problem);
  logger.info({ url, version: VERSION, home: config.home }, 'server started');
  const homeWatch = new HomeWatch(resources.lock, () => leaveLostHome(config, logger));
  const close = once(async (work: 'leave' | 'end' = 'leave') => {
    homeWatch.stop();
    idle.stop();
    await closeAll(app, resources, work);
  });
  idle.start(app.get(RunsService), () => void close().then(options.onIdleExit));
  return { url, token, home: config.home, close };
}

/** Ends at once and touches nothing: the paths below the home folder may be another server's by now. */
function leaveLostHome(config: ServerConfig, logger: Logger): never {
  logger.fatal(
    { home: config.home },
    "the home folder was removed or is another server's now; this server ends",
  );
  process.exit(1);
}

function createLease({ config, opened }: Resources): Lease {
  return new Lease(opened.database, {
    name: 'reconciler',
    owner: sha256Hex(`${hostname()}\n${config.home}`).slice(0, 16),
    instance: `${process.pid}-${randomToken().slice(0, 12)}`,
    seconds: config.reconciler.leaseSeconds,
  });
}

async function closeAll(
  app: NestExpressApplication,
  resources: Resources,
  work: 'leave' | 'end',
): Promise<void> {
  const { config, lock, logger, opened } = resources;
  await removeServerFile(config.home);
  await app.get(Reconciler).stop();
  await app.get<Executor>(EXECUTOR).shutdown(work === 'end' ? 'all' : 'idle');
  const closed = app.close();
  app.getHttpServer().closeAllConnections();
  await closed;
  await opened.close();
  await lock.release();
  logger.info('server stopped');
}

function addressOf(app: NestExpressApplication, config: ServerConfig): string {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const host = config.http.bind.includes(':') ? `[${config.http.bind}]` : config.http.bind;
  return `http://${host}:${port}`;
}

function createLogger(config: ServerConfig): Logger {
  return pino({
    level: config.logLevel,
    base: { service: 'corpusmill' },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['*.authorization', '*.password', '*.token', 'err.config'], censor: '[redacted]' },
  });
}

function once<A extends unknown[]>(work: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
  let started: Promise<void> | undefined;
  return (...args) => (started ??= work(...args));
}

function exit(): never {
  process.exit(0);
}

/** Exit codes as the CLI's: 0 ok, 1 failed, 2 wrong usage or configuration, 5 the home folder is in use. */
async function runCommand(args: readonly string[]): Promise<void> {
  const command = parseServerCommand(args);
  if (command.name === 'help') return void process.stdout.write(USAGE);
  if (command.name === 'migrate') {
    const config = { ...loadConfig(), migrate: 'auto' as const };
    return (await OpenedDatabase.open(config, createLogger(config))).close();
  }
  const { idleExitSeconds } = command;
  const server = await startServer({
    onIdleExit: exit,
    ...(idleExitSeconds !== undefined && { idleExitSeconds }),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void server.close().then(exit, () => process.exit(1)));
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigInvalid || error instanceof UsageError) return 2;
  return error instanceof HomeInUse ? 5 : 1;
}

if (import.meta.main) {
  await runCommand(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(exitCodeOf(error));
  });
}
