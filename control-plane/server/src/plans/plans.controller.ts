import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/http/api-problems.js';
import { type RecipeRequest, recipeRequestSchema } from '../recipes/dto/recipe.dto.js';
import { type PlanDto, planSchema } from './dto/plan.dto.js';
import { PlansService } from './plans.service.js';

@ApiTags('plans')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/plans')
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'createPlan',
    summary: 'What a run would do: steps new or reused; nothing is stored',
  })
  @ApiOkResponse({ standardSchema: planSchema })
  create(@Body({ schema: recipeRequestSchema }) body: RecipeRequest): Promise<PlanDto> {
    return this.plans.describe(body);
  }
}
