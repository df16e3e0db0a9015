import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** A recipe that was submitted at least once; never changed. */
export const RecipeEntity = defineEntity({
  name: 'Recipe',
  tableName: 'recipes',
  properties: {
    digest: p.string().length(64).primary(),
    name: p.string().length(63).index(),
    recipe: p.json<Record<string, unknown>>(),
    createdAt: p.datetime(3),
  },
});

export type RecipeRow = InferEntity<typeof RecipeEntity>;
