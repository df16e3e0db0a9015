import { Inject, Injectable } from '@nestjs/common';
import { assertUnreachable } from '../../common/assert-unreachable.js';
import { SERVER_CONFIG } from '../../common/tokens.js';
import type { ReconcilerConfig, ServerConfig } from '../../config/config.js';
import type { Claim, JobProgress } from '../../contracts/contracts.js';
import type { Lookup } from '../../versions/committed-version.js';
import type { WaitingStatus, WorkloadStatus } from '../../workloads/executor.js';
import type { ProblemRecord } from '../problem-record.js';
import type { StepProgress } from '../step.entity.js';
import { AttemptStore } from './attempt-store.js';
import { HolderActions } from './holder-actions.js';
import {
  damagedVersion,
  fromDisappearance,
  fromJobProblem,
  notStarted,
  outOfMemory,
  preempted,
  silent,
} from './problems.js';
import type { Situation } from './situation.js';
import { WatchedWorkloads } from './watched-workloads.js';

/** A workload whose result is there gets so long to end by itself. */
const SETTLE_MS = 15_000;

/** The row is written at most so often while an attempt waits. */
const MAX_WAIT_STEP_MS = 30_000;

/** The problem of a version that is written whole and waits for a yes or no. */
const APPROVABLE = 'MAX_REMOVED_FRACTION_EXCEEDED';

/** What a workload says of itself. */
interface SignsOfLife {
  readonly claim: Claim;
  readonly progress: JobProgress | null;
  /** It runs, but nothing works for it: that it still writes its file is no progress. */
  readonly isStarved: boolean;
}

type Gone = Extract<WorkloadStatus, { state: 'gone' }>;
/** The problem of a job that met an error which it did not expect. */
const UNEXPECTED = 'JOB_FAILED';

type Alive = Exclude<WorkloadStatus, Gone>;

/** Follows a workload that was submitted. The manifest decides; the workload's own status never does. */
@Injectable()
export class AttemptObserver {
  private readonly config: ReconcilerConfig;
  private readonly settledSince = new Map<string, number>();

  constructor(
    private readonly store: AttemptStore,
    private readonly actions: HolderActions,
    private readonly watched: WatchedWorkloads,
    @Inject(SERVER_CONFIG) config: ServerConfig,
  ) {
    this.config = config.reconciler;
  }

  /** True where something changed. The workload's status is read first: what a dead one left is complete. */
  async observe(situation: Situation): Promise<boolean> {
    const status = await this.watched.observe(situation);
    const lookup = await this.watched.lookUp(situation);
    if (lookup.state !== 'absent') return this.onManifest(situation, status, lookup);
    const problem = await this.store.findProblem(situation.files);
    if (problem !== null) {
      if (!(await this.isSettled(situation, status))) return false;
      await this.onProblem(situation, this.causeOf(situation, fromJobProblem(problem), status));
      return true;
    }
    if (status.state === 'gone') return this.onGone(situation, status);
    return this.onAlive(situation, status);
  }

  private async onProblem(situation: Situation, problem: ProblemRecord): Promise<void> {
    const isHeld = problem.code === APPROVABLE && (await this.store.findHeld(situation.files)) !== null;
    if (isHeld) await this.actions.hold(situation, problem);
    else await this.actions.end(situation, { state: 'failed', problem });
  }

  /** A job whose executor was killed for its memory knows only that it is gone. */
  private causeOf({ plan }: Situation, problem: ProblemRecord, status: WorkloadStatus): ProblemRecord {
    if (problem.code !== UNEXPECTED || status.state !== 'gone' || status.reason !== 'memory') return problem;
    return outOfMemory({ exit: status.exit, memoryMb: plan.resources.memoryMb, told: problem.message });
  }

  private async onManifest(situation: Situation, status: WorkloadStatus, lookup: Lookup): Promise<boolean> {
    if (!(await this.isSettled(situation, status))) return false;
    if (lookup.state === 'committed') await this.actions.succeed(situation, lookup.version);
    if (lookup.state === 'damaged') {
      const problem = damagedVersion(lookup.manifestUri, lookup.reason);
      await this.actions.end(situation, { state: 'failed', problem });
    }
    return true;
  }

  /** True once the workload is gone; one that does not end by itself is ended. */
  private async isSettled(situation: Situation, status: WorkloadStatus): Promise<boolean> {
    const { id } = situation.attempt;
    const since = this.settledSince.get(id) ?? performance.now();
    this.settledSince.set(id, since);
    const isOverdue = performance.now() - since > SETTLE_MS;
    const isGone = status.state === 'gone' || (isOverdue && (await this.actions.stop(situation)) === 'gone');
    if (isGone) this.settledSince.delete(id);
    return isGone;
  }

  private async onGone(situation: Situation, status: Gone): Promise<boolean> {
    const now = await this.actions.now();
    await this.store.closeClaim(situation.files, situation.attempt, now);
    const problem = situation.attempt.problem ?? (await this.explainGone(situation, status, now));
    await this.actions.end(situation, { state: 'lost', problem });
    return true;
  }

  private async explainGone(situation: Situation, status: Gone, now: Date): Promise<ProblemRecord> {
    const claim = await this.store.findClaim(situation.files);
    const wasClaimed = claim?.holder === 'workload';
    const silentMs = wasClaimed ? silence(situation, now) : 0;
    return fromDisappearance({
      reason: status.reason,
      exit: status.exit,
      memoryMb: situation.plan.resources.memoryMb,
      silentSeconds: silentMs > this.activityMs ? Math.round(silentMs / 1000) : null,
      wasClaimed,
    });
  }

  private async onAlive(situation: Situation, status: Alive): Promise<boolean> {
    const claim = await this.store.findClaim(situation.files);
    const now = await this.actions.now();
    if (claim === null) return this.onUnclaimed(situation, status, now);
    if (claim.holder === 'control-plane') return this.giveUp(situation, this.notStarted(status));
    const progress = await this.store.findProgress(situation.files);
    const changed = await this.markAlive(situation, { claim, progress, isStarved: isStarving(status) });
    if (changed || status.state === 'unknown') return changed;
    if (isOnHold(status)) return this.onPreempted(situation, status);
    return this.onSilence(situation, status, { progress, now });
  }

  /** Ends what got no further for too long; a starved one that has done nothing has not begun. */
  private async onSilence(
    situation: Situation,
    status: Alive,
    { progress, now }: { readonly progress: JobProgress | null; readonly now: Date },
  ): Promise<boolean> {
    const silentMs = silence(situation, now);
    const isIdle = isStarving(status) && (progress === null || hasDoneNothing(progress));
    if (silentMs <= (isIdle ? this.config.claimDeadlineSeconds * 1000 : this.activityMs)) return false;
    const problem = isIdle ? this.notStarted(status) : silent(Math.round(silentMs / 1000), reasonOf(status));
    return this.giveUp(situation, problem);
  }

  /** Gives up a workload that has not begun in time; where it begins at the same moment, it wins. */
  private async onUnclaimed(situation: Situation, status: Alive, now: Date): Promise<boolean> {
    if (status.state === 'unknown' || isOnHold(status)) return this.keepWaiting(situation, now);
    if (silence(situation, now) <= this.config.claimDeadlineSeconds * 1000) return false;
    const isClosed = await this.store.closeClaim(situation.files, situation.attempt, now);
    return isClosed ? this.giveUp(situation, this.notStarted(status)) : false;
  }

  /** Time in a queue, or while nobody can tell how the workload is, counts against no deadline. */
  private async keepWaiting({ step, attempt, ...situation }: Situation, now: Date): Promise<boolean> {
    const stepMs = Math.min(MAX_WAIT_STEP_MS, (this.config.claimDeadlineSeconds * 1000) / 4);
    if (silence({ step, attempt, ...situation }, now) < stepMs) return false;
    await this.actions.change(step.runId, (run) => {
      run.attempt(attempt.id).activeAt = run.now;
    });
    return false;
  }

  /** A queue wants a new object to admit. What a person suspended stays until they resume it, and then ends. */
  private async onPreempted(situation: Situation, { hold }: WaitingStatus): Promise<boolean> {
    if (hold === 'queue') return this.giveUp(situation, preempted());
    await this.note(situation, preempted());
    return false;
  }

  private async giveUp(situation: Situation, problem: ProblemRecord): Promise<boolean> {
    await this.note(situation, problem);
    await this.actions.stop(situation);
    return false;
  }

  /** Writes down why an attempt will end, before it does: what tells it goes with the workload. */
  private async note({ step, attempt }: Situation, problem: ProblemRecord): Promise<void> {
    if (attempt.problem != null) return;
    await this.actions.change(step.runId, (run) => {
      run.attempt(attempt.id).problem = problem;
    });
  }

  private notStarted(status: Alive): ProblemRecord {
    return notStarted(this.config.claimDeadlineSeconds, reasonOf(status));
  }

  private markAlive(
    { step, attempt }: Situation,
    { claim, progress, isStarved }: SignsOfLife,
  ): Promise<boolean> | boolean {
    const shown = progress === null || progress.attemptId !== attempt.id ? null : toStepProgress(progress);
    const hasProgress = shown !== null && hasMoved(step.progress ?? null, shown, isStarved);
    if (attempt.state === 'running' && !hasProgress) return false;
    return this.actions.change(step.runId, (run) => {
      const row = run.attempt(attempt.id);
      if (row.state === 'submitted') {
        const data = { pid: claim.pid ?? null, host: claim.host ?? null };
        run.moveAttempt(row, 'running', { startedAt: run.now, activeAt: run.now, data });
      }
      if (!hasProgress || row.state !== 'running') return true;
      row.activeAt = run.now;
      run.step(step.id).progress = shown;
      run.record('step.progress', { step: run.step(step.id), attempt: row }, { ...shown });
      return true;
    });
  }

  private get activityMs(): number {
    return this.config.activityDeadlineSeconds * 1000;
  }
}

function isOnHold(status: Alive): status is WaitingStatus {
  return status.state === 'waiting' && status.hold !== 'none';
}

function isStarving(status: Alive): boolean {
  return status.state === 'running' && status.starved !== undefined;
}

function reasonOf(status: Alive): string | null {
  switch (status.state) {
    case 'waiting':
      return status.reason;
    case 'running':
      return status.starved === undefined
        ? null
        : `nothing works for it: ${status.starved ?? 'no reason is known'}`;
    case 'unknown':
      return null;
    default:
      return assertUnreachable(status);
  }
}

function hasDoneNothing({ unitsDone, rows }: JobProgress): boolean {
  return unitsDone === 0 && (rows ?? 0) === 0;
}

/** Whether a job got further; while nothing works for it the time of its file alone does not count. */
function hasMoved(before: StepProgress | null, now: StepProgress, isStarved: boolean): boolean {
  const known = ({ updatedAt, ...rest }: StepProgress) =>
    JSON.stringify(isStarved ? rest : { ...rest, updatedAt });
  return before === null || known(toStepProgress(before)) !== known(now);
}

/** Milliseconds since progress was last seen, or since it was submitted, by the database's clock. */
function silence({ attempt }: Situation, now: Date): number {
  return now.getTime() - (attempt.activeAt ?? attempt.submittedAt ?? attempt.createdAt).getTime();
}

/** The shown part, its keys in one order: Postgres does not keep theirs. */
function toStepProgress({
  phase,
  unitsDone,
  unitsTotal,
  rows,
  bytes,
  updatedAt,
}: StepProgress): StepProgress {
  return { phase, unitsDone, unitsTotal, rows, bytes, updatedAt };
}
