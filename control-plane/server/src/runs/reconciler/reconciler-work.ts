import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../common/errors.js';
import { LOGGER } from '../../common/tokens.js';
import { LeaseLost } from '../../database/lease.js';
import { ReconcileMetrics } from './reconcile-metrics.js';
import { RunLoader } from './run-loader.js';
import { RunReconciler } from './run-reconciler.js';

/** Runs that are worked on at the same time. */
const PARALLEL_RUNS = 16;
/** Moves of one run in one round; bounds the time until the others get their turn. */
const MOVES_PER_ROUND = 40;

/** One round over all active runs. */
@Injectable()
export class ReconcilerWork {
  constructor(
    private readonly loader: RunLoader,
    private readonly runs: RunReconciler,
    private readonly metrics: ReconcileMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async round(isStopped: () => boolean): Promise<void> {
    const startedAt = performance.now();
    const ids = (await this.guard('round', () => this.loader.activeRunIds())) ?? [];
    const queue = [...ids];
    const worker = async () => {
      for (let runId = queue.shift(); runId !== undefined && !isStopped(); runId = queue.shift()) {
        await this.moveRun(runId);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL_RUNS, ids.length) }, worker));
    this.metrics.roundDone((performance.now() - startedAt) / 1000);
  }

  /** The result, or undefined where it failed: the next round tries again. */
  async guard<T>(what: string, work: () => Promise<T>, runId?: string): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.metrics.failed();
      const isExpected = error instanceof LeaseLost || error instanceof DatabaseUnavailable;
      this.logger[isExpected ? 'warn' : 'error'](
        { err: error, runId },
        `reconciler ${what} failed; trying again`,
      );
      return undefined;
    }
  }

  private async moveRun(runId: string): Promise<void> {
    for (let move = 0; move < MOVES_PER_ROUND; move += 1) {
      if ((await this.guard('run', () => this.runs.reconcile(runId), runId)) !== true) return;
    }
  }
}
