import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ServerConfig } from './config/config.js';
import type { Database } from './database/database.js';
import { DatabaseModule } from './database/database.module.js';
import { PlansModule } from './plans/plans.module.js';
import { RecipesModule } from './recipes/recipes.module.js';
import { RunsModule } from './runs/runs.module.js';
import { RuntimeModule } from './runtime.module.js';
import { StorageModule } from './storage/storage.module.js';

/** Features of the API. A new feature is one folder and one line here. */
const FEATURES = [RecipesModule, PlansModule, RunsModule];

@Module({})
export class AppModule {
  static with(config: ServerConfig, logger: Logger, database: Database): DynamicModule {
    const runtime = [RuntimeModule.with(config, logger), DatabaseModule.with(database), StorageModule];
    return { module: AppModule, imports: [...runtime, ...FEATURES] };
  }
}
