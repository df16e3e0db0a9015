import { Inject, Injectable } from '@nestjs/common';
import { SERVER_CONFIG } from '../common/tokens.js';
import type { ServerConfig } from '../config/config.js';
import { RecipesService } from '../recipes/recipes.service.js';
import { RecipeInvalid } from '../recipes/recipes.errors.js';
import { type ExplanationDto, type ExplanationRequest, explanationSchema } from './dto/explanation.dto.js';
import { runRules } from './rules-program.js';

/** One text through the rules of a recipe's filter, by the code of the filter job itself. */
@Injectable()
export class ExplanationsService {
  constructor(
    private readonly recipes: RecipesService,
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
  ) {}

  /** Throws RecipeInvalid, also where the recipe has no filter, and ExplanationFailed. */
  async explain({ text, url, language, ...request }: ExplanationRequest): Promise<ExplanationDto> {
    const resolved = await this.recipes.resolve(request);
    if (resolved.recipe.stages.filter === undefined)
      throw new RecipeInvalid([{ pointer: '/stages/filter', message: 'there is no filter to explain' }]);
    const answer = await runRules(this.config.local, {
      settings: this.recipes.settingsOf('filter', resolved),
      models: resolved.lists,
      text,
      url: url ?? null,
      language: language ?? null,
    });
    return explanationSchema.parse(answer);
  }
}
