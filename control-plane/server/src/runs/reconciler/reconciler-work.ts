import { Injectable } from '@nestjs/common';
import { setTimeout } from 'node:timers/promises';
import { WorkQueue } from '../../common/work-queue.js';
import { OrphanSweeper } from './orphan-sweeper.js';
import { ReconcileGuard } from './reconcile-guard.js';
import { RunLoader } from './run-loader.js';
import { RunReconciler } from './run-reconciler.js';

/** Runs that are worked on at the same time. */
const PARALLEL_RUNS = 16;
/** Moves of one run in one turn; bounds the time until the others get theirs. */
const MOVES_PER_TURN = 40;
/** A run that could not be moved is tried again after, ms; doubled up to the longest. */
const RETRY_MS = 200;
const LONGEST_RETRY_MS = 5000;
/** Where runs change all the time the queue is never empty: the next round begins all the same. */
const LONGEST_ROUND_MS = 10_000;

/** Looks at runs: all active ones in rounds, and single ones whenever something tells of them. */
@Injectable()
export class ReconcilerWork {
  private readonly queue = new WorkQueue((runId) => this.moveRun(runId), {
    maxInFlight: PARALLEL_RUNS,
    retryMs: RETRY_MS,
    longestRetryMs: LONGEST_RETRY_MS,
  });

  constructor(
    private readonly loader: RunLoader,
    private readonly runs: RunReconciler,
    private readonly sweeper: OrphanSweeper,
    private readonly guard: ReconcileGuard,
  ) {}

  /** Something has happened to the run: before those that are only looked at in turn. */
  look(runId: string): void {
    this.queue.addUrgent(runId);
  }

  /** As ReconcileGuard.attempt. */
  attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    return this.guard.attempt(what, work);
  }

  /** Removes what attempts have left, now and then. */
  async sweep(): Promise<void> {
    await this.guard.attempt('sweep', () => this.sweeper.sweepIfDue());
  }

  /** Begins nothing more; resolves once nothing is under way. */
  stop(): Promise<void> {
    return this.queue.stop();
  }

  async round(): Promise<void> {
    const startedAt = performance.now();
    const ids = (await this.guard.attempt('round', () => this.loader.activeRunIds())) ?? [];
    for (const runId of ids) this.queue.add(runId);
    await Promise.race([this.queue.drained(), setTimeout(LONGEST_ROUND_MS, undefined, { ref: false })]);
    this.guard.roundDone((performance.now() - startedAt) / 1000);
  }

  /** Throws where the run could not be moved: the queue comes back to it. */
  private async moveRun(runId: string): Promise<void> {
    for (let move = 0; move < MOVES_PER_TURN; move += 1) {
      const isMoved = await this.guard.attempt('run', () => this.runs.reconcile(runId), runId);
      if (isMoved === undefined) throw new Error(`run ${runId} failed`);
      if (!isMoved) return;
    }
    this.queue.add(runId);
  }
}
