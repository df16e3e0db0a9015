import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import {
  type Postmaster,
  isPostgres,
  postgresBinaries,
  readPostmaster,
  runTool,
} from './postgres-process.js';
import { postgresUser, type RunAs } from './postgres-user.js';
import { errorCodeOf } from '../common/error-code.js';

const DATABASE = 'corpusmill';
const USER = 'corpusmill';
const START_ATTEMPTS = 5;
const START_TIMEOUT_SECONDS = '60';
/** A Postgres that recovers from a crash refuses connections for a while. */
const ADOPT_TIMEOUT_MS = 60_000;
const ADOPT_POLL_MS = 200;

/**
 * Real Postgres below the home folder, on 127.0.0.1 only and without Unix sockets (their paths are limited
 * to about 100 bytes). It outlives a killed server: the next start finds it by postmaster.pid and takes it over.
 */
export class EmbeddedPostgres {
  private readonly binaries = postgresBinaries();
  private port = 0;

  private constructor(
    private readonly folder: string,
    private readonly password: string,
    private readonly runAs: RunAs,
  ) {}

  /** Starts or takes over the Postgres of this home folder. */
  static async open(home: string): Promise<EmbeddedPostgres> {
    await mkdir(join(home, 'pg'), { recursive: true });
    const folder = await realpath(join(home, 'pg'));
    const runAs = await postgresUser([join(folder, 'data', 'x'), postgresBinaries()]);
    const postgres = new EmbeddedPostgres(folder, await ensurePassword(join(folder, 'password')), runAs);
    await postgres.initialise();
    await postgres.ensureRunning();
    await postgres.ensureDatabase();
    return postgres;
  }

  get url(): string {
    return `postgresql://${USER}:${this.password}@127.0.0.1:${this.port}/${DATABASE}`;
  }

  /** Starts Postgres again where it has ended; on the same port where that is free. Not in a folder made anew by others. */
  async ensureRunning(): Promise<void> {
    if ((await readPassword(this.passwordFile).catch(() => null)) !== this.password)
      throw new Error(`${this.folder} was removed or is another server's now`);
    for (let attempt = 1; ; attempt += 1) {
      const running = await this.findRunning();
      if (running !== null) {
        this.port = running.port;
        return;
      }
      const output = await this.start(attempt === 1 && this.port > 0 ? this.port : await freePort());
      if (output === null) return;
      if (attempt >= START_ATTEMPTS) throw new Error(`embedded Postgres did not start: ${output}`);
    }
  }

  /** Stops Postgres; connections are closed, transactions rolled back. */
  async stop(): Promise<void> {
    await this.control(['stop', '-m', 'fast', '-w', '-t', '30']);
  }

  private get passwordFile(): string {
    return join(this.folder, 'password');
  }

  private get data(): string {
    return join(this.folder, 'data');
  }

  private async initialise(): Promise<void> {
    if ((await readFile(join(this.data, 'PG_VERSION'), 'utf8').catch(() => '')) !== '') return;
    await rm(this.data, { recursive: true, force: true });
    await mkdir(this.data, { mode: 0o700 });
    const owner = await this.ownerIds();
    const passwordFile = join(this.data, '..', 'initdb-password');
    await writeFile(passwordFile, this.password, { mode: 0o600 });
    if (owner !== null)
      await Promise.all([this.data, passwordFile].map((path) => chown(path, owner.uid, owner.gid)));
    const args = [`--pgdata=${this.data}`, `--username=${USER}`, `--pwfile=${passwordFile}`];
    const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
    const result = await runTool(join(this.binaries, 'initdb'), [...args, ...flags], this.runAs);
    await rm(passwordFile, { force: true });
    if (result.exitCode !== 0) throw new Error(`initdb failed: ${result.output.trim()}`);
  }

  private async ownerIds(): Promise<{ uid: number; gid: number } | null> {
    const { uid, gid } = this.runAs.ids;
    if (uid !== undefined && gid !== undefined) return { uid, gid };
    const numbers = this.runAs.prefix
      .map((part) => /^--re[ug]id=(\d+)$/.exec(part)?.[1])
      .filter(Boolean)
      .map(Number);
    return numbers.length === 2 ? { uid: numbers[0]!, gid: numbers[1]! } : null;
  }

  /** null where it runs now, else what went wrong. */
  private async start(port: number): Promise<string | null> {
    const options = [
      `-p ${port}`,
      "-c listen_addresses=127.0.0.1 -c unix_socket_directories=''",
      '-c max_connections=100 -c shared_buffers=64MB -c log_timezone=UTC -c timezone=UTC',
    ].join(' ');
    const log = join(this.data, 'postgres.log');
    const result = await this.control(['start', '-w', '-t', START_TIMEOUT_SECONDS, '-l', log, '-o', options]);
    if (result.exitCode !== 0) return result.output.trim();
    this.port = port;
    return null;
  }

  private control(args: readonly string[]): ReturnType<typeof runTool> {
    return runTool(join(this.binaries, 'pg_ctl'), ['-D', this.data, ...args], this.runAs);
  }

  /** The live Postgres of our data folder, proven by logging in and asking it; null where there is none. */
  private async findRunning(): Promise<Postmaster | null> {
    const postmaster = await readPostmaster(this.data);
    if (postmaster === null) return null;
    for (let waited = 0; waited < ADOPT_TIMEOUT_MS; waited += ADOPT_POLL_MS) {
      if (!(await isPostgres(postmaster.pid))) break;
      const directory = await this.askDirectory(postmaster.port).catch(() => null);
      if (directory === this.data) return postmaster;
      if (directory !== null) break;
      await setTimeout(ADOPT_POLL_MS);
    }
    await rm(join(this.data, 'postmaster.pid'), { force: true });
    return null;
  }

  private async askDirectory(port: number): Promise<string> {
    const rows = await this.query(port, 'postgres', 'show data_directory');
    return String(rows[0]?.['data_directory']);
  }

  private async ensureDatabase(): Promise<void> {
    const found = await this.query(
      this.port,
      'postgres',
      `select 1 from pg_database where datname = '${DATABASE}'`,
    );
    if (found.length === 0) await this.query(this.port, 'postgres', `create database ${DATABASE}`);
  }

  private async query(port: number, database: string, sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      database,
      user: USER,
      password: this.password,
      connectionTimeoutMillis: 10_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }
}

async function ensurePassword(path: string): Promise<string> {
  await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch(
    (error: unknown) => {
      if (errorCodeOf(error) !== 'EEXIST') throw error;
    },
  );
  await chmod(path, 0o600);
  return readPassword(path);
}

async function readPassword(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim();
}

/** A TCP port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
