import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { isErrno } from './errno.js';
import { isAlive, ownIdentity } from './process-identity.js';
import type { ProcessIdentity } from './process-identity.js';

/** A lock that is held until released, or until its process ends. */
export interface ProcessLock {
  release(): Promise<void>;
}

const POLL_MS = 50;

/**
 * Takes the lock file, which names its holder; a holder that is dead loses it.
 * Created by link(2), so that the file is never seen half-written.
 *
 * @returns the lock, or the living holder after `waitMs`
 */
export async function acquireLock(path: string, waitMs: number): Promise<ProcessLock | ProcessIdentity> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    if (await createLock(path)) return { release: () => rm(path, { force: true }) };
    const holder = await readHolder(path);
    if (holder === null || !isAlive(holder)) await removeStale(path, holder);
    else if (Date.now() >= deadline) return holder;
    else await sleep(POLL_MS);
  }
}

/** Whether {@link acquireLock} gave the lock. */
export function isLock(result: ProcessLock | ProcessIdentity): result is ProcessLock {
  return 'release' in result;
}

async function createLock(path: string): Promise<boolean> {
  const temporary = temporaryName(path);
  await writeFile(temporary, JSON.stringify(ownIdentity()), { flag: 'wx', mode: 0o600 });
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The holder, or null where the file is gone or names none. */
async function readHolder(path: string): Promise<ProcessIdentity | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { pid, startTime } = value as { pid?: unknown; startTime?: unknown };
    return typeof pid === 'number' && typeof startTime === 'string' ? { pid, startTime } : null;
  } catch {
    return null;
  }
}

/**
 * Moves a dead holder's file away. Between reading and moving, somebody else may have done the
 * same and taken the lock: then what was moved is theirs and is put back.
 */
async function removeStale(path: string, dead: ProcessIdentity | null): Promise<void> {
  const aside = temporaryName(path);
  try {
    await rename(path, aside);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved !== null && (moved.pid !== dead?.pid || moved.startTime !== dead.startTime) && isAlive(moved)) {
    await link(aside, path).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

function temporaryName(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
}
