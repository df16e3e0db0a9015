import { Inject, Injectable } from '@nestjs/common';
import { EXECUTOR } from '../../common/tokens.js';
import { Database } from '../../database/database.js';
import type { Executor } from '../../workloads/executor.js';
import { AttemptEntity } from '../attempt.entity.js';
import { isTerminalAttempt } from '../run.states.js';
import { HolderActions } from './holder-actions.js';

/** Between two sweeps. */
const INTERVAL_MS = 20_000;

/** Removes workloads of attempts that are over: what a crash between the outcome and the release has left. */
@Injectable()
export class OrphanSweeper {
  private sweptAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly actions: HolderActions,
    @Inject(EXECUTOR) private readonly executor: Executor,
  ) {}

  /** Does nothing where the last sweep was a short time ago. */
  async sweepIfDue(): Promise<void> {
    if (performance.now() - this.sweptAt < INTERVAL_MS) return;
    this.sweptAt = performance.now();
    await this.actions.requireLease();
    await this.executor.sweep((attemptIds) => this.findEnded(attemptIds));
  }

  /** An attempt's row is written before its workload exists: one without a row is nobody's. */
  private async findEnded(attemptIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.read((em) =>
      em.find(AttemptEntity, { id: { $in: [...attemptIds] } }, { fields: ['id', 'state'] }),
    );
    const live = new Set(rows.filter((row) => !isTerminalAttempt(row.state)).map((row) => row.id));
    return new Set(attemptIds.filter((attemptId) => !live.has(attemptId)));
  }
}
