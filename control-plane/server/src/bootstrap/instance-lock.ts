import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomToken } from '../common/ids.js';
import { ProcessTable } from '../workloads/local/process-table.js';
import { errorCodeOf } from '../common/error-code.js';

interface Holder {
  readonly pid: number;
  readonly pidStartTime: string;
}

export class HomeInUse extends Error {
  readonly code = 'HOME_IN_USE';
  constructor(home: string, pid: number) {
    super(`another server (pid ${pid}) works on ${home}; its address is in ${join(home, 'server.json')}`);
  }
}

/** One server per home folder. The lock names its process, so that a killed server's lock is no obstacle. */
export class InstanceLock {
  private constructor(
    private readonly path: string,
    private readonly content: string,
  ) {}

  /** Throws HomeInUse where a living server has it. */
  static async acquire(home: string): Promise<InstanceLock> {
    const table = new ProcessTable();
    const holder: Holder = { pid: process.pid, pidStartTime: table.findStartTime(process.pid) ?? '' };
    const lock = new InstanceLock(join(home, 'lock'), JSON.stringify(holder));
    while (!(await lock.tryCreate())) {
      const text = await readFile(lock.path, 'utf8').catch(() => null);
      if (text === null) continue;
      const other = parseHolder(text);
      if (other !== null && table.isAlive({ ...other }, table.fresh())) throw new HomeInUse(home, other.pid);
      await lock.removeStale(text);
    }
    return lock;
  }

  /** False once the home folder was removed, or removed and made again by another server. */
  async isHeld(): Promise<boolean> {
    return (await readFile(this.path, 'utf8').catch(() => null)) === this.content;
  }

  async release(): Promise<void> {
    if (await this.isHeld()) await rm(this.path, { force: true });
  }

  private async tryCreate(): Promise<boolean> {
    const temporary = `${this.path}.${randomToken()}`;
    await writeFile(temporary, this.content, { mode: 0o600 });
    try {
      await link(temporary, this.path);
      return true;
    } catch (error) {
      if (errorCodeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Takes a dead server's lock away; where another server was faster, its fresh lock is put back. */
  private async removeStale(expected: string): Promise<void> {
    const aside = `${this.path}.stale-${randomToken()}`;
    const isTaken = await rename(this.path, aside).then(
      () => true,
      () => false,
    );
    if (!isTaken) return;
    if ((await readFile(aside, 'utf8')) !== expected) await link(aside, this.path).catch(() => undefined);
    await rm(aside, { force: true });
  }
}

function parseHolder(text: string): Holder | null {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
}
