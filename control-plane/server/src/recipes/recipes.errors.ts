import { CorpusmillError, type ErrorItem } from '../common/errors.js';

export class RecipeInvalid extends CorpusmillError {
  readonly code = 'RECIPE_INVALID';
  constructor(override readonly items: readonly ErrorItem[]) {
    super(`the recipe has ${items.length} problem${items.length === 1 ? '' : 's'}; nothing was started`);
  }
}

export class RecipeNotFound extends CorpusmillError {
  readonly code = 'RECIPE_NOT_FOUND';
  constructor(digest: string) {
    super(`there is no recipe ${digest}; list them with GET /v1/recipes`);
  }
}
