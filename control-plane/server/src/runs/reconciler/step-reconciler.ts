import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { assertUnreachable } from '../../common/assert-unreachable.js';
import { CrashPoints } from '../../common/crash-points.js';
import { randomToken } from '../../common/ids.js';
import type { Executor } from '../../workloads/executor.js';
import { VersionsService } from '../../versions/versions.service.js';
import { attemptIdOf } from '../attempt-paths.js';
import { AttemptEntity } from '../attempt.entity.js';
import type { RunTransaction } from '../run-transaction.js';
import { RunEntity } from '../run.entity.js';
import { StepEntity, type StepRow } from '../step.entity.js';
import { HolderActions } from './holder-actions.js';
import { Outcomes } from './outcomes.js';
import { damagedVersion } from './problems.js';

/** Moves a step forward by at most one state. */
@Injectable()
export class StepReconciler {
  constructor(
    private readonly versions: VersionsService,
    private readonly outcomes: Outcomes,
    private readonly actions: HolderActions,
    private readonly crashPoints: CrashPoints,
  ) {}

  /** A step that waits for its first or next attempt: reuse, wait for whoever makes the same version, or begin. */
  async begin(step: StepRow): Promise<boolean> {
    const now = await this.actions.now();
    if (step.nextAttemptAt != null && step.nextAttemptAt > now) return false;
    const lookup = await this.versions.lookUp(step.stage, step.versionKey);
    switch (lookup.state) {
      case 'committed':
        await this.outcomes.reuse(step, lookup.version);
        return true;
      case 'damaged':
        await this.outcomes.failStep(step, damagedVersion(lookup.manifestUri, lookup.reason));
        return true;
      case 'absent':
        return this.createAttempt(step);
      default:
        return assertUnreachable(lookup);
    }
  }

  private async createAttempt(step: StepRow): Promise<boolean> {
    const isCreated = await this.actions.change(step.runId, async (run) => {
      const row = run.step(step.id);
      if (row.state !== 'pending' && row.state !== 'retrying') return false;
      if (await isMadeElsewhere(run.em, step)) return false;
      insertAttempt(run, row, this.actions.executorName);
      return true;
    });
    if (isCreated) this.crashPoints.reach('after-attempt-commit');
    return isCreated;
  }
}

/** True where a step of another run is making the same version now: ours waits and will reuse it. */
async function isMadeElsewhere(em: EntityManager, step: StepRow): Promise<boolean> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [step.versionKey]);
  const others = await em.find(
    StepEntity,
    { versionKey: step.versionKey, state: 'running', id: { $ne: step.id } },
    { fields: ['runId'] },
  );
  if (others.length === 0) return false;
  return (
    (await em.count(RunEntity, { id: { $in: others.map((other) => other.runId) }, state: 'running' })) > 0
  );
}

function insertAttempt(run: RunTransaction, step: StepRow, executor: Executor['name']): void {
  const number = run.attempts.filter((attempt) => attempt.stepId === step.id).length + 1;
  const attempt = run.em.create(AttemptEntity, {
    id: attemptIdOf(step, number),
    runId: step.runId,
    stepId: step.id,
    number,
    token: randomToken(),
    state: 'created',
    revision: 1,
    executor,
    createdAt: run.now,
  });
  run.moveStep(step, 'running', {
    startedAt: step.startedAt ?? run.now,
    nextAttemptAt: null,
    progress: null,
  });
  run.record('attempt.created', { step, attempt }, { number });
}
