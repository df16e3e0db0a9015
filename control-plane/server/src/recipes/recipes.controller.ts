import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/http/api-problems.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/pagination.js';
import {
  digestParamSchema,
  type RecipeDto,
  recipePageSchema,
  type RecipeRequest,
  recipeRequestSchema,
  recipeSchema,
  type ValidatedRecipe,
  validatedRecipeSchema,
} from './dto/recipe.dto.js';
import { RecipesService } from './recipes.service.js';

@ApiTags('recipes')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/recipes')
export class RecipesController {
  constructor(private readonly recipes: RecipesService) {}

  @Post('validate')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'validateRecipe',
    summary: 'All problems of a recipe at once; nothing is stored',
  })
  @ApiOkResponse({ standardSchema: validatedRecipeSchema })
  validate(@Body({ schema: recipeRequestSchema }) body: RecipeRequest): Promise<ValidatedRecipe> {
    return this.recipes.validate(body);
  }

  @Get()
  @ApiOperation({ operationId: 'listRecipes', summary: 'Recipes that were submitted, newest first' })
  @ApiOkResponse({ standardSchema: recipePageSchema })
  list(@Query({ schema: pageQuerySchema }) query: PageQuery): Promise<Page<RecipeDto>> {
    return this.recipes.list(query);
  }

  @Get(':digest')
  @ApiOperation({ operationId: 'getRecipe', summary: 'One recipe by the SHA-256 of its canonical JSON' })
  @ApiOkResponse({ standardSchema: recipeSchema })
  get(@Param({ schema: digestParamSchema }) params: { digest: string }): Promise<RecipeDto> {
    return this.recipes.get(params.digest);
  }
}
