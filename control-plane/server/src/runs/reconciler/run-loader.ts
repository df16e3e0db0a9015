import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { StepPlan } from '../../plans/step-plan.js';
import { RunEntity } from '../run.entity.js';
import type { RunParts } from '../run-parts.js';
import { RunsService } from '../runs.service.js';
import { StepEntity, type StepRow } from '../step.entity.js';

/** Plans may list many files and never change: the latest ones are kept. */
const KEPT_PLANS = 64;

/** Reads what the reconciler works on. */
@Injectable()
export class RunLoader {
  private readonly plans = new Map<string, StepPlan>();

  constructor(
    private readonly database: Database,
    private readonly runs: RunsService,
  ) {}

  /** Ids of runs that are not at their end, oldest first. */
  async activeRunIds(): Promise<readonly string[]> {
    return this.database.read(async (em) => {
      const rows = await em.find(
        RunEntity,
        { state: { $in: ['pending', 'running', 'cancelling'] } },
        { fields: ['id'], orderBy: { createdAt: 'asc', id: 'asc' } },
      );
      return rows.map((row) => row.id);
    });
  }

  load(runId: string): Promise<RunParts> {
    return this.runs.getParts(runId);
  }

  async plan(step: StepRow): Promise<StepPlan> {
    const known = this.plans.get(step.id);
    if (known !== undefined) return known;
    const row = await this.database.read((em) =>
      em.findOneOrFail(StepEntity, { id: step.id }, { fields: ['plan'] }),
    );
    const plan = withSizing(row.plan);
    this.plans.set(step.id, plan);
    const oldest = this.plans.keys().next().value;
    if (this.plans.size > KEPT_PLANS && oldest !== undefined) this.plans.delete(oldest);
    return plan;
  }
}

/** Runs that were planned before workloads had a sizing of their own are one process of the job's size. */
function withSizing(plan: Omit<StepPlan, 'sizing'> & Partial<Pick<StepPlan, 'sizing'>>): StepPlan {
  const { cpu, memoryMb } = plan.resources;
  return { ...plan, sizing: plan.sizing ?? { cpu, memoryMb, minExecutors: 1, maxExecutors: 1, gpu: 0 } };
}
