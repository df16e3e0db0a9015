import { z } from 'zod';
import { pageSchema } from '../../common/http/pagination.js';

const MAX_RECIPE_TEXT = 2_000_000;

export const recipeRequestSchema = z
  .strictObject({
    recipe: z
      .union([z.string().max(MAX_RECIPE_TEXT), z.record(z.string(), z.unknown())])
      .describe('The recipe as an object, or as YAML or JSON text'),
    baseUri: z
      .string()
      .regex(/^file:\/\/\/.*\/$/, 'must be file:///folder/ with a slash at its end')
      .optional()
      .describe("Folder that relative URIs resolve against; the server's working folder where absent"),
    overrides: z
      .array(z.strictObject({ path: z.string().min(1).max(500), value: z.unknown() }))
      .max(1000)
      .default([])
      .describe(
        'Settings put over the recipe: dot path (stages.dedup.fuzzy.minJaccard, sources.0.uris) and value',
      ),
  })
  .meta({ id: 'RecipeRequest' });

export type RecipeRequest = z.infer<typeof recipeRequestSchema>;

const recipeBody = z.record(z.string(), z.unknown()).describe('Canonical: every default filled in');

export const validatedRecipeSchema = z
  .object({ digest: z.string(), name: z.string(), recipe: recipeBody })
  .meta({ id: 'ValidatedRecipe' });

export type ValidatedRecipe = z.infer<typeof validatedRecipeSchema>;

export const recipeSchema = z
  .object({ digest: z.string(), name: z.string(), recipe: recipeBody, createdAt: z.string() })
  .meta({ id: 'Recipe' });

export type RecipeDto = z.infer<typeof recipeSchema>;

export const recipePageSchema = pageSchema(recipeSchema, 'RecipePage');
export const digestParamSchema = z.object({
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
});
