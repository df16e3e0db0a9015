import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { LOGGER } from '../common/tokens.js';
import { type ChangedBy, WakeBus } from '../common/wake-bus.js';
import { Database, databaseNow } from '../database/database.js';
import { Lease } from '../database/lease.js';
import { RunTransaction } from './run-transaction.js';

interface Writer {
  readonly by: ChangedBy;
  /** First in the transaction; what it throws keeps the change from being written. */
  readonly before: (em: EntityManager) => Promise<void>;
}

/** Writes changes of runs: one transaction each, one log line per state change, then a wake-up. */
@Injectable()
export class RunJournal {
  constructor(
    private readonly database: Database,
    private readonly lease: Lease,
    private readonly wakeBus: WakeBus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A new run: `insert` writes its rows and returns what else is to be done in the same transaction. */
  create<T>(
    runId: string,
    insert: (em: EntityManager) => Promise<(run: RunTransaction) => Promise<T>>,
  ): Promise<T> {
    let then: (run: RunTransaction) => Promise<T>;
    return this.write(runId, (run) => then(run), {
      by: 'others',
      before: async (em) => {
        then = await insert(em);
      },
    });
  }

  /** A change that people ask for; any server may make it. */
  change<T>(runId: string, apply: (run: RunTransaction) => Promise<T> | T): Promise<T> {
    return this.write(runId, apply, { by: 'others', before: async () => undefined });
  }

  /** A change of the reconciler: throws LeaseLost, and writes nothing, where another server has taken over. */
  changeAsHolder<T>(runId: string, apply: (run: RunTransaction) => Promise<T> | T): Promise<T> {
    return this.write(runId, apply, { by: 'reconciler', before: (em) => this.lease.assertHeld(em) });
  }

  /** The database's time. */
  now(): Promise<Date> {
    return this.database.read(databaseNow);
  }

  private async write<T>(
    runId: string,
    apply: (run: RunTransaction) => Promise<T> | T,
    { by, before }: Writer,
  ): Promise<T> {
    let recorded: RunTransaction['recorded'] = [];
    const result = await this.database.transaction(async (em) => {
      await before(em);
      const run = await RunTransaction.open(em, runId);
      const applied = await apply(run);
      await em.flush();
      recorded = run.recorded;
      return applied;
    });
    for (const event of recorded)
      this.logger[event.type === 'step.progress' ? 'debug' : 'info'](event, event.type);
    if (recorded.length > 0) this.wakeBus.changed(runId, by);
    return result;
  }
}
