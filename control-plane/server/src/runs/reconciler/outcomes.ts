import { Inject, Injectable } from '@nestjs/common';
import { CrashPoints } from '../../common/crash-points.js';
import { SERVER_CONFIG } from '../../common/tokens.js';
import type { ServerConfig } from '../../config/config.js';
import type { CommittedVersion } from '../../versions/committed-version.js';
import { VersionsService } from '../../versions/versions.service.js';
import type { ProblemRecord } from '../problem-record.js';
import { RunJournal } from '../run-journal.js';
import type { RunTransaction } from '../run-transaction.js';
import { isTerminalAttempt, isTerminalStep } from '../run.states.js';
import type { StepRow } from '../step.entity.js';
import { PREEMPTED } from './problems.js';
import { nextAttemptAt } from './retry-policy.js';
import type { Situation } from './situation.js';

/** How an attempt ended without a version. */
export interface Ending {
  readonly state: 'failed' | 'lost' | 'cancelled';
  readonly problem: ProblemRecord | null;
}

/** Writes how attempts and steps end. */
@Injectable()
export class Outcomes {
  private readonly retry;

  constructor(
    private readonly journal: RunJournal,
    private readonly versions: VersionsService,
    private readonly crashPoints: CrashPoints,
    @Inject(SERVER_CONFIG) config: ServerConfig,
  ) {
    this.retry = config.reconciler.retry;
  }

  /** A step whose version is there before any attempt of ours: nothing runs. */
  async reuse(step: StepRow, version: CommittedVersion): Promise<void> {
    await this.journal.changeAsHolder(step.runId, async (run) => {
      const row = run.step(step.id);
      if (!isTerminalStep(row.state)) await this.finishStep(run, row, version);
    });
  }

  /** Catalog, attempt and step in one transaction. */
  async succeed({ step, attempt }: Situation, version: CommittedVersion): Promise<void> {
    this.crashPoints.reach('before-harvest-commit');
    await this.journal.changeAsHolder(step.runId, async (run) => {
      const row = run.attempt(attempt.id);
      if (isTerminalAttempt(row.state)) return;
      run.run.problem = null; // what kept the workload from being ended does not any more
      run.moveAttempt(row, 'succeeded', {
        problem: null,
        finishedAt: run.now,
        startedAt: row.startedAt ?? row.submittedAt ?? run.now,
      });
      await this.finishStep(run, run.step(step.id), version);
    });
    this.crashPoints.reach('after-harvest-commit');
  }

  /** The attempt is over without a version: a new one later, or the end of the step. */
  async end({ step, attempt }: Situation, ending: Ending): Promise<void> {
    await this.journal.changeAsHolder(step.runId, (run) => {
      const row = run.attempt(attempt.id);
      if (isTerminalAttempt(row.state)) return;
      run.run.problem = null;
      const data =
        ending.problem === null ? {} : { code: ending.problem.code, message: ending.problem.message };
      run.moveAttempt(row, ending.state, { finishedAt: run.now, problem: ending.problem, data });
      if (ending.problem !== null) this.decide(run, run.step(step.id), ending.problem);
    });
  }

  /** The version is written but not committed: somebody has to approve it. The workload is over. */
  async hold({ step, attempt }: Situation, problem: ProblemRecord): Promise<void> {
    await this.journal.changeAsHolder(step.runId, (run) => {
      const row = run.attempt(attempt.id);
      if (row.state === 'held' || isTerminalAttempt(row.state)) return;
      const data = { code: problem.code, message: problem.message };
      run.moveAttempt(row, 'held', { problem, data });
      run.moveStep(run.step(step.id), 'waiting-approval', { problem, nextAttemptAt: null, data });
    });
  }

  /** A step that cannot have an attempt at all. */
  async failStep(step: StepRow, problem: ProblemRecord): Promise<void> {
    await this.journal.changeAsHolder(step.runId, (run) => this.fail(run, run.step(step.id), problem));
  }

  private decide(run: RunTransaction, step: StepRow, problem: ProblemRecord): void {
    const attempts = countTries(run, step);
    const at = nextAttemptAt({ isRetryable: problem.retryable, attempts, now: run.now }, this.retry);
    if (at === null || run.run.state !== 'running') return this.fail(run, step, problem);
    const data = { code: problem.code, nextAttemptAt: at.toISOString() };
    run.moveStep(step, 'retrying', { problem, nextAttemptAt: at, progress: null, data });
  }

  private fail(run: RunTransaction, step: StepRow, problem: ProblemRecord): void {
    const data = { code: problem.code, message: problem.message };
    run.moveStep(step, 'failed', { problem, finishedAt: run.now, nextAttemptAt: null, data });
  }

  private async finishStep(run: RunTransaction, step: StepRow, version: CommittedVersion): Promise<void> {
    const { manifest } = version;
    const isOurs = manifest.runId === run.run.id;
    const datasets = [...new Set([step.dataset, `${run.run.name}/${step.stage}`])];
    await this.versions.register(run.em, { version, datasets, runId: run.run.id, now: run.now });
    run.moveStep(step, isOurs ? 'succeeded' : 'reused', {
      counts: manifest.counts,
      problem: null,
      nextAttemptAt: null,
      reusedFromRun: isOurs ? null : manifest.runId,
      startedAt: step.startedAt ?? run.now,
      finishedAt: run.now,
      data: {
        versionKey: step.versionKey,
        kept: manifest.counts.kept,
        ...(!isOurs && { reusedFromRun: manifest.runId }),
      },
    });
  }
}

/** Attempts since the budget was last renewed; one that a queue took its place from is no try. */
function countTries(run: RunTransaction, step: StepRow): number {
  const tries = run.attempts.filter(
    ({ stepId, number, problem }) =>
      stepId === step.id && number > step.attemptsBase && problem?.code !== PREEMPTED,
  );
  return tries.length;
}
