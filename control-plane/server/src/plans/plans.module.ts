import { Module } from '@nestjs/common';
import { DatasetsModule } from '../datasets/datasets.module.js';
import { RecipesModule } from '../recipes/recipes.module.js';
import { VersionsModule } from '../versions/versions.module.js';
import { EarlierVersions } from './earlier-versions.js';
import { PlansController } from './plans.controller.js';
import { PlansService } from './plans.service.js';
import { RunPlanner } from './run-planner.js';

@Module({
  imports: [RecipesModule, VersionsModule, DatasetsModule],
  controllers: [PlansController],
  providers: [PlansService, EarlierVersions, RunPlanner],
  exports: [PlansService],
})
export class PlansModule {}
