import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { RecipesModule } from '../recipes/recipes.module.js';
import { RunCommandsService } from './run-commands.service.js';
import { RunEventStream } from './run-event-stream.js';
import { RunEventsController } from './run-events.controller.js';
import { RunEventsService } from './run-events.service.js';
import { RunLogsController } from './run-logs.controller.js';
import { RunLogsService } from './run-logs.service.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';

@Module({
  imports: [RecipesModule, PlansModule, IdempotencyModule],
  controllers: [RunsController, RunEventsController, RunLogsController],
  providers: [RunsService, RunCommandsService, RunEventsService, RunEventStream, RunLogsService],
  exports: [RunsService],
})
export class RunsModule {}
