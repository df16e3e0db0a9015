import { Module } from '@nestjs/common';
import { RecipesModule } from '../recipes/recipes.module.js';
import { ExplanationsController } from './explanations.controller.js';
import { ExplanationsService } from './explanations.service.js';

@Module({
  imports: [RecipesModule],
  controllers: [ExplanationsController],
  providers: [ExplanationsService],
})
export class ExplanationsModule {}
