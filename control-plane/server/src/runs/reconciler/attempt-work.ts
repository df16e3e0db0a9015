import { Injectable } from '@nestjs/common';
import type { AttemptRow } from '../attempt.entity.js';
import type { StepRow } from '../step.entity.js';
import { AttemptCanceller } from './attempt-canceller.js';
import { AttemptReconciler } from './attempt-reconciler.js';
import { AttemptStore } from './attempt-store.js';
import { RunLoader } from './run-loader.js';
import { type Situation, situationOf } from './situation.js';

/** Work on one attempt, given its rows. */
@Injectable()
export class AttemptWork {
  constructor(
    private readonly loader: RunLoader,
    private readonly store: AttemptStore,
    private readonly reconciler: AttemptReconciler,
    private readonly canceller: AttemptCanceller,
  ) {}

  async reconcile(step: StepRow, attempt: AttemptRow): Promise<boolean> {
    return this.reconciler.reconcile(await this.situation(step, attempt));
  }

  /** True once no process of the attempt is left. */
  async cancel(step: StepRow, attempt: AttemptRow): Promise<boolean> {
    return this.canceller.cancel(await this.situation(step, attempt));
  }

  private async situation(step: StepRow, attempt: AttemptRow): Promise<Situation> {
    return situationOf(this.store.rootUri, step, attempt, await this.loader.plan(step));
  }
}
