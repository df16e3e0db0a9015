import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { isDatabaseDown } from './database-down.js';
import { DatabaseUnavailable } from '../common/errors.js';

/** Entry to Postgres: forked entity managers, transactions, and the database's clock. */
export class Database {
  private readonly underWay = new Set<Promise<unknown>>();
  private isClosing = false;

  constructor(readonly orm: MikroORM) {}

  /**
   * Begins nothing more, and disconnects once what is under way has ended: Kysely loses a connection that is made
   * while its pool is told to end, and the pool waits for it for ever.
   */
  async close(): Promise<void> {
    this.isClosing = true;
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
    await this.orm.close();
  }

  /** One transaction; DatabaseUnavailable where Postgres does not answer. */
  async transaction<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.guard(() => this.orm.em.fork().transactional(work));
  }

  /** A read with a fresh entity manager; DatabaseUnavailable where Postgres does not answer. */
  async read<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.guard(() => work(this.orm.em.fork()));
  }

  /** Throws DatabaseUnavailable where Postgres does not answer. */
  async ping(): Promise<void> {
    await this.read((em) => em.execute('select 1'));
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.isClosing) throw new DatabaseUnavailable();
    const working = work();
    this.underWay.add(working);
    try {
      return await working;
    } catch (error) {
      if (isDatabaseDown(error)) throw new DatabaseUnavailable(error);
      throw error;
    } finally {
      this.underWay.delete(working);
    }
  }
}

/** The transaction's time by the database's clock: all deadlines are compared with it, never with ours. */
export async function databaseNow(em: EntityManager): Promise<Date> {
  const rows = await em.execute<{ now: Date | string }[]>('select clock_timestamp() as now');
  return new Date(rows[0]!.now);
}
