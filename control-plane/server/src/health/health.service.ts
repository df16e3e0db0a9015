import { Inject, Injectable } from '@nestjs/common';
import { EXECUTOR, OBJECT_STORAGE } from '../common/tokens.js';
import { Database } from '../database/database.js';
import type { ObjectStorage } from '../storage/object-storage.js';
import type { Executor } from '../workloads/executor.js';
import { messageOf } from '../common/error-code.js';

export type Checks = Readonly<Record<'database' | 'storage' | 'reconciler' | 'executor', string>>;

@Injectable()
export class HealthService {
  constructor(
    private readonly database: Database,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    @Inject(EXECUTOR) private readonly executor: Executor,
  ) {}

  /** 'ok' or the reason, for each thing that the server needs. */
  async check(): Promise<Checks> {
    const [database, storage, reconciler, executor] = await Promise.all([
      reasonOf(() => this.database.ping()),
      reasonOf(() => this.storage.check()),
      reasonOf(() => this.requireReconciler()),
      reasonOf(() => this.requireExecutor()),
    ]);
    return { database, storage, reconciler, executor };
  }

  /** Work can be started and followed; until then runs wait. */
  private async requireExecutor(): Promise<void> {
    const fault = await this.executor.findFault();
    if (fault !== null) throw new Error(fault);
  }

  /** Some server, not always this one, holds the lease. */
  private async requireReconciler(): Promise<void> {
    const held = await this.database.read((em) =>
      em.execute(`select 1 from leases where name = 'reconciler' and expires_at > clock_timestamp()`),
    );
    if (held.length === 0) throw new Error('no server holds the reconciler lease');
  }
}

async function reasonOf(check: () => Promise<void>): Promise<string> {
  try {
    await check();
    return 'ok';
  } catch (error) {
    return messageOf(error);
  }
}
