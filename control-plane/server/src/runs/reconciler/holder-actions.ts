import { Inject, Injectable } from '@nestjs/common';
import { EXECUTOR } from '../../common/tokens.js';
import { CorpusmillError } from '../../common/errors.js';
import { Lease, LeaseLost } from '../../database/lease.js';
import type { CommittedVersion } from '../../versions/committed-version.js';
import type { Executor } from '../../workloads/executor.js';
import type { ProblemRecord } from '../problem-record.js';
import { fromError } from './problems.js';
import { RunJournal } from '../run-journal.js';
import type { RunTransaction } from '../run-transaction.js';
import { type Ending, Outcomes } from './outcomes.js';
import type { Situation } from './situation.js';

/** What only the holder of the lease may do: change runs, touch workloads, end attempts. */
@Injectable()
export class HolderActions {
  constructor(
    private readonly lease: Lease,
    private readonly journal: RunJournal,
    private readonly outcomes: Outcomes,
    @Inject(EXECUTOR) private readonly executor: Executor,
  ) {}

  get executorName(): Executor['name'] {
    return this.executor.name;
  }

  /** Throws LeaseLost; call right before a side effect. */
  async requireLease(): Promise<void> {
    if (!(await this.lease.isHeld())) throw new LeaseLost('reconciler', this.lease.currentEpoch);
  }

  change<T>(runId: string, apply: (run: RunTransaction) => Promise<T> | T): Promise<T> {
    return this.journal.changeAsHolder(runId, apply);
  }

  now(): Promise<Date> {
    return this.journal.now();
  }

  /** Asks for the end of a workload; it may take some calls. */
  async stop(situation: Situation): Promise<'stopping' | 'gone'> {
    await this.requireLease();
    try {
      return await this.executor.stop(situation.request);
    } catch (error) {
      if (error instanceof CorpusmillError && !error.retryable) await this.note(situation, fromError(error));
      throw error;
    }
  }

  /** What keeps a workload from being ended stands on the run, and on the attempt where nothing else does. */
  private note({ step, attempt }: Situation, problem: ProblemRecord): Promise<void> {
    return this.change(step.runId, (run) => {
      const row = run.attempt(attempt.id);
      row.problem ??= problem;
      run.run.problem = problem;
    });
  }

  /** Keeps the log, writes the outcome, forgets the workload, which must be gone. */
  async succeed(situation: Situation, version: CommittedVersion): Promise<void> {
    await this.executor.keepLog(situation.request);
    await this.outcomes.succeed(situation, version);
    await this.executor.release(situation.request);
  }

  /** As `succeed`, for a version that waits for approval. */
  async hold(situation: Situation, problem: ProblemRecord): Promise<void> {
    await this.executor.keepLog(situation.request);
    await this.outcomes.hold(situation, problem);
    await this.executor.release(situation.request);
  }

  /** As `succeed`, for an attempt that left no version. */
  async end(situation: Situation, ending: Ending): Promise<void> {
    await this.executor.keepLog(situation.request);
    await this.outcomes.end(situation, ending);
    await this.executor.release(situation.request);
  }
}
