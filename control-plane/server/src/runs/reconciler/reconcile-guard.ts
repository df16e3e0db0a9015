import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../common/errors.js';
import { LOGGER } from '../../common/tokens.js';
import { LeaseLost } from '../../database/lease.js';
import { ReconcileMetrics } from './reconcile-metrics.js';

/** Keeps the reconciler alive whatever its work throws, and counts how it does. */
@Injectable()
export class ReconcileGuard {
  constructor(
    private readonly metrics: ReconcileMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The result, or undefined where it failed: the next round tries again. */
  async attempt<T>(what: string, work: () => Promise<T>, runId?: string): Promise<T | undefined> {
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

  roundDone(seconds: number): void {
    this.metrics.roundDone(seconds);
  }
}
