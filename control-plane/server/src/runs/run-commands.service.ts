import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { CrashPoints } from '../common/crash-points.js';
import { etagOf, requireMatch } from '../common/http/etag.js';
import { uuidv7 } from '../common/ids.js';
import { databaseNow } from '../database/database.js';
import type { Complete, StoredResponse } from '../idempotency/idempotency.service.js';
import type { PlannedRun, PlannedStep } from '../plans/plan.js';
import { PlansService } from '../plans/plans.service.js';
import type { RecipeRequest } from '../recipes/dto/recipe.dto.js';
import { RecipesService } from '../recipes/recipes.service.js';
import type { AttemptRow } from './attempt.entity.js';
import { RunJournal } from './run-journal.js';
import type { RunTransaction } from './run-transaction.js';
import { toRunDto } from './run-view.js';
import { RunEntity } from './run.entity.js';
import { isDoneStep } from './run.states.js';
import { RunStateConflict } from './runs.errors.js';
import { StepEntity, type StepRow } from './step.entity.js';

export interface RunCommand {
  readonly runId: string;
  readonly ifMatch: string | undefined;
}

interface NewRun {
  readonly runId: string;
  readonly now: Date;
  readonly planned: PlannedRun;
}

/** What people ask of runs. Each command is one transaction; the reconciler does the rest. */
@Injectable()
export class RunCommandsService {
  constructor(
    private readonly journal: RunJournal,
    private readonly plans: PlansService,
    private readonly recipes: RecipesService,
    private readonly crashPoints: CrashPoints,
  ) {}

  /** Submits a recipe; throws RecipeInvalid and writes nothing where it has problems. */
  async create(request: RecipeRequest, complete: Complete): Promise<StoredResponse> {
    const planned = await this.plans.planRun(request);
    const runId = uuidv7();
    const response = await this.journal.create(runId, async (em) => {
      const now = await databaseNow(em);
      await this.recipes.record(em, planned.resolved, now);
      await insertRun(em, { runId, now, planned });
      return async (run) => {
        run.record('run.created', {}, { recipeDigest: planned.resolved.digest });
        return store(run, complete);
      };
    });
    this.crashPoints.reach('after-run-commit');
    return response;
  }

  /** Asks for the end of a run; a run that is being cancelled already is left as it is. */
  cancel(command: RunCommand, complete: Complete): Promise<StoredResponse> {
    return this.change(command, complete, (run) => {
      if (run.run.state === 'cancelling') return;
      if (run.run.state !== 'pending' && run.run.state !== 'running') {
        throw new RunStateConflict(command.runId, 'cancel', run.run.state);
      }
      run.moveRun('cancelling', { event: 'run.cancelling' });
    });
  }

  /** Goes on with a failed or cancelled run: its unfinished steps get new attempts. */
  retry(command: RunCommand, complete: Complete): Promise<StoredResponse> {
    return this.change(command, complete, (run) => {
      if (run.run.state !== 'failed' && run.run.state !== 'cancelled') {
        throw new RunStateConflict(command.runId, 'retry', run.run.state);
      }
      run.moveRun('running', { event: 'run.retried', problem: null, finishedAt: null });
      for (const step of run.steps.filter((candidate) => !isDoneStep(candidate.state))) {
        if (step.state === 'pending') continue;
        const attemptsBase = run.attempts.filter((attempt) => attempt.stepId === step.id).length;
        run.moveStep(step, 'pending', {
          problem: null,
          finishedAt: null,
          nextAttemptAt: null,
          progress: null,
          attemptsBase,
        });
      }
    });
  }

  /** Lets the version that waits be committed, as it was written; the reconciler does it. */
  approve(command: RunCommand, complete: Complete): Promise<StoredResponse> {
    return this.change(command, complete, (run) => {
      const { attempt } = findHeld(run, 'approve');
      run.moveAttempt(attempt, 'approved', { data: { code: attempt.problem?.code ?? null } });
    });
  }

  /** Ends the step with the problem that it was held for; nothing of its version is ever committed. */
  deny(command: RunCommand, complete: Complete): Promise<StoredResponse> {
    return this.change(command, complete, (run) => {
      const { step, attempt } = findHeld(run, 'deny');
      const data = { code: attempt.problem?.code ?? null, denied: true };
      run.moveAttempt(attempt, 'failed', { finishedAt: run.now, data });
      run.moveStep(step, 'failed', { finishedAt: run.now, data });
    });
  }

  private change(
    command: RunCommand,
    complete: Complete,
    apply: (run: RunTransaction) => void,
  ): Promise<StoredResponse> {
    return this.journal.change(command.runId, (run) => {
      requireMatch(command.ifMatch, etagOf(run.run.revision));
      apply(run);
      return store(run, complete);
    });
  }
}

/** The step that waits for approval, and its attempt that is held; throws RunStateConflict. */
function findHeld(run: RunTransaction, action: 'approve' | 'deny'): { step: StepRow; attempt: AttemptRow } {
  const attempt = run.attempts.find((candidate) => candidate.state === 'held');
  if (attempt === undefined || run.run.state !== 'running')
    throw new RunStateConflict(run.run.id, action, run.run.state);
  return { step: run.step(attempt.stepId), attempt };
}

/** Writes the changes and the answer to the request in one transaction. */
async function store(run: RunTransaction, complete: Complete): Promise<StoredResponse> {
  await run.em.flush();
  const dto = toRunDto(run);
  const location = `/v1/runs/${dto.id}`;
  const response = { status: 202, location, etag: etagOf(dto.revision), body: JSON.stringify(dto) };
  await complete(run.em, response);
  return response;
}

async function insertRun(em: EntityManager, { runId, now, planned }: NewRun): Promise<void> {
  const { resolved, steps } = planned;
  const { digest, recipe } = resolved;
  await em.insert(RunEntity, {
    id: runId,
    name: recipe.name,
    recipeDigest: digest,
    state: 'pending',
    revision: 1,
    createdAt: now,
  });
  await em.insertMany(
    StepEntity,
    steps.map((step, ordinal) => stepRow(runId, step, ordinal)),
  );
}

function stepRow(runId: string, step: PlannedStep, ordinal: number) {
  const { stage, dataset, versionKey, plan } = step;
  const state = 'pending' as const;
  return {
    id: uuidv7(),
    runId,
    ordinal,
    stage,
    dataset,
    versionKey,
    plan,
    state,
    revision: 1,
    attemptsBase: 0,
  };
}
