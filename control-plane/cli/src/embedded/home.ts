import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Environment } from '../context.js';
import { isErrno } from '../files/errno.js';
import { isAlive } from '../files/process-identity.js';

/** Paths of the embedded server's folder. */
export interface EmbeddedHome {
  readonly folder: string;
  readonly serverFile: string;
  readonly tokenFile: string;
  readonly logFile: string;
  readonly lockFile: string;
}

/** What a running server says of itself. */
export interface ServerRecord {
  readonly url: string;
  readonly pid: number;
  readonly pidStartTime: string;
}

/** CORPUSMILL_HOME, or `.corpusmill` in the working folder. */
export function findHome(env: Environment, cwd: string): EmbeddedHome {
  const folder = resolve(cwd, env['CORPUSMILL_HOME'] || '.corpusmill');
  return {
    folder,
    serverFile: join(folder, 'server.json'),
    tokenFile: join(folder, 'token'),
    logFile: join(folder, 'server.log'),
    lockFile: join(folder, 'start.lock'),
  };
}

/** The server of this home; null where none runs. */
export async function findServer(home: EmbeddedHome): Promise<ServerRecord | null> {
  const text = await readIfThere(home.serverFile);
  if (text === null) return null;
  const record = parseRecord(text);
  if (record === null || !isAlive({ pid: record.pid, startTime: record.pidStartTime })) return null;
  return record;
}

/** The token: CORPUSMILL_TOKEN, or the file that the server wrote. */
export async function findToken(home: EmbeddedHome, env: Environment): Promise<string | null> {
  return env['CORPUSMILL_TOKEN'] || ((await readIfThere(home.tokenFile))?.trim() ?? null);
}

/** Whether the server takes requests. */
export async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function parseRecord(text: string): ServerRecord | null {
  try {
    const value = JSON.parse(text) as { url?: unknown; pid?: unknown; pidStartTime?: unknown };
    if (
      typeof value.url !== 'string' ||
      typeof value.pid !== 'number' ||
      typeof value.pidStartTime !== 'string'
    )
      return null;
    return { url: value.url.replace(/\/$/, ''), pid: value.pid, pidStartTime: value.pidStartTime };
  } catch {
    return null;
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
