import { Injectable } from '@nestjs/common';
import { assertUnreachable } from '../../common/assert-unreachable.js';
import type { AttemptRow } from '../attempt.entity.js';
import type { RunParts } from '../run-parts.js';
import { isDoneStep, isTerminalAttempt, isTerminalStep } from '../run.states.js';
import type { StepRow } from '../step.entity.js';
import { AttemptWork } from './attempt-work.js';
import { HolderActions } from './holder-actions.js';
import { RunLoader } from './run-loader.js';
import { StepReconciler } from './step-reconciler.js';

@Injectable()
export class RunReconciler {
  constructor(
    private readonly loader: RunLoader,
    private readonly actions: HolderActions,
    private readonly steps: StepReconciler,
    private readonly attempts: AttemptWork,
  ) {}

  /** Moves a run forward by at most one state; true where it moved. Safe to call any number of times. */
  async reconcile(runId: string): Promise<boolean> {
    const parts = await this.loader.load(runId);
    const { state } = parts.run;
    switch (state) {
      case 'pending':
        return this.start(runId);
      case 'running':
        return this.advance(parts);
      case 'cancelling':
        return this.cancel(parts);
      case 'succeeded':
      case 'failed':
      case 'cancelled':
        return false;
      default:
        return assertUnreachable(state);
    }
  }

  private start(runId: string): Promise<boolean> {
    return this.actions.change(runId, (run) => {
      if (run.run.state !== 'pending') return false;
      run.moveRun('running', { event: 'run.started', startedAt: run.now });
      return true;
    });
  }

  private async advance(parts: RunParts): Promise<boolean> {
    const step = parts.steps.find((candidate) => !isDoneStep(candidate.state));
    if (step === undefined) return this.succeed(parts.run.id);
    switch (step.state) {
      case 'pending':
      case 'retrying':
        return this.steps.begin(step);
      case 'running':
      case 'waiting-approval':
        return this.attempts.reconcile(step, latestAttempt(parts, step));
      case 'failed':
      case 'cancelled':
        return this.fail(parts.run.id, step);
      default:
        throw new Error(`step ${step.id} is ${step.state} in a running run`);
    }
  }

  private succeed(runId: string): Promise<boolean> {
    return this.actions.change(runId, (run) => {
      if (run.run.state !== 'running' || !run.steps.every((step) => isDoneStep(step.state))) return false;
      run.moveRun('succeeded', { event: 'run.succeeded', finishedAt: run.now });
      return true;
    });
  }

  /** The run ends with the failed step's problem; steps after it will not run. */
  private fail(runId: string, failed: StepRow): Promise<boolean> {
    return this.actions.change(runId, (run) => {
      if (run.run.state !== 'running') return false;
      for (const step of run.steps.filter((candidate) => !isTerminalStep(candidate.state))) {
        run.moveStep(step, 'cancelled', { finishedAt: run.now });
      }
      const problem = failed.problem ?? null;
      const data = { stage: failed.stage, code: problem?.code ?? null };
      run.moveRun('failed', { event: 'run.failed', problem, finishedAt: run.now, data });
      return true;
    });
  }

  private async cancel(parts: RunParts): Promise<boolean> {
    const active = parts.attempts.filter((attempt) => !isTerminalAttempt(attempt.state));
    for (const attempt of active) {
      const step = parts.steps.find((candidate) => candidate.id === attempt.stepId)!;
      if (!(await this.attempts.cancel(step, attempt))) return false;
    }
    return this.actions.change(parts.run.id, (run) => {
      if (run.attempts.some((attempt) => !isTerminalAttempt(attempt.state))) return true;
      for (const step of run.steps.filter((candidate) => !isTerminalStep(candidate.state))) {
        run.moveStep(step, 'cancelled', { finishedAt: run.now, nextAttemptAt: null });
      }
      const isWhole = run.steps.every((step) => isDoneStep(step.state));
      if (isWhole) run.moveRun('succeeded', { event: 'run.succeeded', finishedAt: run.now });
      else run.moveRun('cancelled', { event: 'run.cancelled', finishedAt: run.now });
      return true;
    });
  }
}

function latestAttempt(parts: RunParts, step: StepRow): AttemptRow {
  const attempt = parts.attempts.findLast((candidate) => candidate.stepId === step.id);
  if (attempt === undefined) throw new Error(`running step ${step.id} has no attempt`);
  return attempt;
}
