import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { RecipesModule } from '../recipes/recipes.module.js';
import { VersionsModule } from '../versions/versions.module.js';
import { AttemptCanceller } from './reconciler/attempt-canceller.js';
import { AttemptObserver } from './reconciler/attempt-observer.js';
import { AttemptReconciler } from './reconciler/attempt-reconciler.js';
import { AttemptStarter } from './reconciler/attempt-starter.js';
import { AttemptStore } from './reconciler/attempt-store.js';
import { AttemptWork } from './reconciler/attempt-work.js';
import { HeldVersions } from './reconciler/held-versions.js';
import { HolderActions } from './reconciler/holder-actions.js';
import { OrphanSweeper } from './reconciler/orphan-sweeper.js';
import { Outcomes } from './reconciler/outcomes.js';
import { ReconcileGuard } from './reconciler/reconcile-guard.js';
import { ReconcileMetrics } from './reconciler/reconcile-metrics.js';
import { ReconcilerWork } from './reconciler/reconciler-work.js';
import { Reconciler } from './reconciler/reconciler.js';
import { RunLoader } from './reconciler/run-loader.js';
import { RunReconciler } from './reconciler/run-reconciler.js';
import { StepReconciler } from './reconciler/step-reconciler.js';
import { WatchedWorkloads } from './reconciler/watched-workloads.js';
import { RunCommandsService } from './run-commands.service.js';
import { RunEventStream } from './run-event-stream.js';
import { RunEventsController } from './run-events.controller.js';
import { RunEventsService } from './run-events.service.js';
import { RunJournal } from './run-journal.js';
import { RunLogsController } from './run-logs.controller.js';
import { RunLogsService } from './run-logs.service.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';

const RECONCILER = [
  Reconciler,
  ReconcilerWork,
  OrphanSweeper,
  ReconcileMetrics,
  ReconcileGuard,
  RunLoader,
  RunReconciler,
  StepReconciler,
  AttemptWork,
  AttemptReconciler,
  AttemptStarter,
  AttemptObserver,
  AttemptCanceller,
  AttemptStore,
  HeldVersions,
  WatchedWorkloads,
  HolderActions,
  Outcomes,
];

@Module({
  imports: [RecipesModule, PlansModule, IdempotencyModule, VersionsModule],
  controllers: [RunsController, RunEventsController, RunLogsController],
  providers: [
    RunsService,
    RunCommandsService,
    RunEventsService,
    RunEventStream,
    RunLogsService,
    RunJournal,
    ...RECONCILER,
  ],
  exports: [RunsService, Reconciler],
})
export class RunsModule {}
