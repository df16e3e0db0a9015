import { Inject, Injectable } from '@nestjs/common';
import { SERVER_CONFIG } from '../common/tokens.js';
import type { ServerConfig } from '../config/config.js';
import type { RecipeRequest } from '../recipes/dto/recipe.dto.js';
import { RecipesService } from '../recipes/recipes.service.js';
import { EarlierVersions } from './earlier-versions.js';
import type { PlannedRun } from './plan.js';
import { planSteps } from './planner.js';

/** From a recipe to its steps. */
@Injectable()
export class RunPlanner {
  constructor(
    private readonly recipes: RecipesService,
    private readonly earlierVersions: EarlierVersions,
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
  ) {}

  /** Validates a recipe completely and lays out its steps; throws RecipeInvalid. */
  async plan(request: RecipeRequest): Promise<PlannedRun> {
    const resolved = await this.recipes.resolve(request);
    const steps = planSteps(resolved, {
      config: this.config,
      storeUri: this.config.storeUri,
      earlier: await this.earlierVersions.resolve(resolved),
      settingsOf: (stage) => this.recipes.settingsOf(stage, resolved),
    });
    return { resolved, steps };
  }
}
