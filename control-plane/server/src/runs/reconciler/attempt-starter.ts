import { Inject, Injectable } from '@nestjs/common';
import { CrashPoints } from '../../common/crash-points.js';
import { EXECUTOR } from '../../common/tokens.js';
import type { Executor, Workload } from '../../workloads/executor.js';
import { AttemptStore } from './attempt-store.js';
import { HolderActions } from './holder-actions.js';
import { fromError, isPassing } from './problems.js';
import type { Situation } from './situation.js';

/** Takes an attempt from `created` to `submitted`: spec first, then the workload, then the row. */
@Injectable()
export class AttemptStarter {
  constructor(
    private readonly store: AttemptStore,
    private readonly actions: HolderActions,
    private readonly crashPoints: CrashPoints,
    @Inject(EXECUTOR) private readonly executor: Executor,
  ) {}

  /** True where something changed. Safe to repeat: an attempt that was claimed is never started again. */
  async start(situation: Situation): Promise<boolean> {
    if ((await this.store.findClaim(situation.files)) !== null) return this.markSubmitted(situation, null);
    try {
      return await this.submit(situation);
    } catch (error) {
      if (isPassing(error)) throw error; // not the attempt's fault: it waits
      const problem = fromError(error);
      await this.actions.end(situation, { state: 'failed', problem });
      return true;
    }
  }

  private async submit(situation: Situation): Promise<boolean> {
    await this.store.writeSpec(situation);
    this.crashPoints.reach('after-spec-write');
    await this.actions.requireLease();
    const workload = await this.executor.submit(situation.request);
    if (workload === null) return false;
    this.crashPoints.reach('after-spawn');
    return this.markSubmitted(situation, workload);
  }

  private markSubmitted({ step, attempt }: Situation, workload: Workload | null): Promise<boolean> {
    return this.actions.change(step.runId, (run) => {
      const row = run.attempt(attempt.id);
      if (row.state !== 'created') return false;
      run.moveAttempt(row, 'submitted', { workload, submittedAt: run.now, activeAt: run.now });
      return true;
    });
  }
}
