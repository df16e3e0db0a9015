import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ServerConfig } from './config/config.js';
import type { Database } from './database/database.js';
import { DatabaseModule } from './database/database.module.js';
import { DatasetsModule } from './datasets/datasets.module.js';
import type { Lease } from './database/lease.js';
import { ExplanationsModule } from './explanations/explanations.module.js';
import { HealthModule } from './health/health.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { PlansModule } from './plans/plans.module.js';
import { RecipesModule } from './recipes/recipes.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { RunsModule } from './runs/runs.module.js';
import { RuntimeModule } from './runtime.module.js';
import { StorageModule } from './storage/storage.module.js';
import { WorkloadsModule } from './workloads/workloads.module.js';
import { TraceModule } from './trace/trace.module.js';

/** Features of the API. A new feature is one folder and one line here. */
const FEATURES = [
  RecipesModule,
  PlansModule,
  ExplanationsModule,
  RunsModule,
  DatasetsModule,
  ReportsModule,
  TraceModule,
];
const OPERATIONS = [HealthModule, MetricsModule];

/** What is made before the application and outlives it. */
export interface AppParts {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly database: Database;
  readonly lease: Lease;
}

@Module({})
export class AppModule {
  static with({ config, logger, database, lease }: AppParts): DynamicModule {
    const runtime = [
      RuntimeModule.with(config, logger),
      DatabaseModule.with(database, lease),
      StorageModule,
      WorkloadsModule,
    ];
    return { module: AppModule, imports: [...runtime, ...FEATURES, ...OPERATIONS] };
  }
}
