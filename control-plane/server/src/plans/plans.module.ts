import { Module } from '@nestjs/common';
import { RecipesModule } from '../recipes/recipes.module.js';
import { VersionsModule } from '../versions/versions.module.js';
import { PlansController } from './plans.controller.js';
import { PlansService } from './plans.service.js';

@Module({
  imports: [RecipesModule, VersionsModule],
  controllers: [PlansController],
  providers: [PlansService],
  exports: [PlansService],
})
export class PlansModule {}
