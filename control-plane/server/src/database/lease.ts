import type { EntityManager } from '@mikro-orm/postgresql';
import { Database } from './database.js';

/** Thrown inside a transaction of a server that is no longer the holder; nothing of it is committed. */
export class LeaseLost extends Error {
  constructor(name: string, epoch: number | null) {
    super(`lease ${name} of epoch ${epoch ?? 'none'} is not held any more`);
  }
}

export interface LeaseOptions {
  readonly name: string;
  /**
   * Names the home folder. A server that owns the folder's lock takes the lease over at once from an earlier
   * server of the same folder, which must be dead.
   */
  readonly owner: string;
  /** Unique for this server process. */
  readonly instance: string;
  readonly seconds: number;
}

/**
 * A row that one server at a time holds, by the database's clock. Every taking counts `epoch` up; a
 * transaction that asks `assertHeld` cannot commit after another server has taken the lease.
 */
export class Lease {
  private epoch: number | null = null;

  constructor(
    private readonly database: Database,
    private readonly options: LeaseOptions,
  ) {}

  get currentEpoch(): number | null {
    return this.epoch;
  }

  /** Renews the lease, or takes it where it is free. */
  async hold(): Promise<boolean> {
    if (this.epoch !== null && (await this.renew())) return true;
    this.epoch = await this.take();
    return this.epoch !== null;
  }

  /** True where this server holds the lease now; ask right before a side effect. */
  async isHeld(): Promise<boolean> {
    return this.database.read(async (em) => (await this.findHeld(em, '')).length > 0);
  }

  /** Throws LeaseLost unless the lease is held, and keeps others from taking it until the transaction ends. */
  async assertHeld(em: EntityManager): Promise<void> {
    if ((await this.findHeld(em, 'for share')).length === 0)
      throw new LeaseLost(this.options.name, this.epoch);
  }

  /** Frees the lease for the next server. */
  async release(): Promise<void> {
    if (this.epoch === null) return;
    await this.database.transaction((em) =>
      em.execute(
        'update leases set expires_at = clock_timestamp() where name = ? and holder = ? and epoch = ?',
        [this.options.name, this.holder, this.epoch],
      ),
    );
    this.epoch = null;
  }

  private get holder(): string {
    return `${this.options.owner}/${this.options.instance}`;
  }

  private async renew(): Promise<boolean> {
    const rows = await this.database.transaction((em) =>
      em.execute(
        `update leases set expires_at = clock_timestamp() + ? * interval '1 second'
         where name = ? and holder = ? and epoch = ? returning epoch`,
        [this.options.seconds, this.options.name, this.holder, this.epoch],
      ),
    );
    return rows.length > 0;
  }

  private async take(): Promise<number | null> {
    const { name, owner, seconds } = this.options;
    const rows = await this.database.transaction((em) =>
      em.execute<{ epoch: string }[]>(
        `insert into leases (name, holder, epoch, expires_at)
         values (?, ?, 1, clock_timestamp() + ? * interval '1 second')
         on conflict (name) do update
           set holder = excluded.holder, epoch = leases.epoch + 1, expires_at = excluded.expires_at
           where leases.expires_at <= clock_timestamp() or split_part(leases.holder, '/', 1) = ?
         returning epoch`,
        [name, this.holder, seconds, owner],
      ),
    );
    return rows[0] === undefined ? null : Number(rows[0].epoch);
  }

  private findHeld(em: EntityManager, lock: '' | 'for share'): Promise<unknown[]> {
    return em.execute(
      `select 1 from leases where name = ? and holder = ? and epoch = ? and expires_at > clock_timestamp() ${lock}`,
      [this.options.name, this.holder, this.epoch ?? -1],
    );
  }
}
