import { CorpusmillApiError } from '@corpusmill/client';

import { parseOverride, readRecipeFile, RecipeInvalidError } from './recipe-file.js';
import type { RecipeFile } from './recipe-file.js';

/** Reads a recipe with its `--set` overrides. */
export function readRecipe(
  path: string,
  set: readonly string[] | undefined,
  cwd: string,
): Promise<RecipeFile> {
  return readRecipeFile(path, (set ?? []).map(parseOverride), cwd);
}

/**
 * Sends a recipe; the server's problems come back with lines and values.
 * @throws RecipeInvalidError
 */
export async function submitRecipe<T>(
  recipe: RecipeFile,
  send: (request: RecipeFile['request']) => Promise<T>,
): Promise<T> {
  try {
    return await send(recipe.request);
  } catch (error) {
    if (!(error instanceof CorpusmillApiError) || error.errors.length === 0) throw error;
    throw new RecipeInvalidError(recipe.path, error.errors.map(recipe.locate), error);
  }
}
