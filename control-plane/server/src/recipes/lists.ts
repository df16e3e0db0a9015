import { isPlainObject } from '../common/canonical-json.js';
import type { ErrorItem } from '../common/errors.js';
import type { JobModel } from '../contracts/contracts.js';
import type { Recipe } from './recipe.js';
import { type RecipeFiles, recipeUri } from './recipe-files.js';

export interface ListContext {
  readonly baseDirectory: string;
  readonly files: RecipeFiles;
}

interface NamedList {
  readonly pointer: string;
  /** `rule.setting`, as the job spec names it */
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
}

/** Finds the lists of the filter's rules and proves that each is there and is what its digest says. */
export async function resolveLists(
  recipe: Recipe,
  context: ListContext,
): Promise<{ lists: readonly JobModel[]; problems: readonly ErrorItem[] }> {
  const rules = recipe.stages.filter?.['rules'];
  const named = (Array.isArray(rules) ? rules : []).flatMap((rule: unknown, index) =>
    isPlainObject(rule) ? listsIn(rule, String(rule['name']), `/stages/filter/rules/${index}`) : [],
  );
  const faults = await Promise.all(named.map((list) => faultOf(list, context)));
  return {
    lists: named.map(({ name, path, sha256 }) => ({
      name,
      uri: recipeUri(path, context.baseDirectory),
      sha256,
    })),
    problems: faults.filter((fault) => fault !== null),
  };
}

/** Every `{ path, sha256 }` within a rule. */
function listsIn(value: Record<string, unknown>, name: string, pointer: string): readonly NamedList[] {
  const { path, sha256 } = value;
  if (typeof path === 'string' && typeof sha256 === 'string') return [{ pointer, name, path, sha256 }];
  return Object.entries(value).flatMap(([key, inner]) => {
    const items = Array.isArray(inner) ? (inner as unknown[]) : null;
    if (items === null)
      return isPlainObject(inner) ? listsIn(inner, `${name}.${key}`, `${pointer}/${key}`) : [];
    return items.flatMap((item, index) =>
      isPlainObject(item) ? listsIn(item, `${name}.${key}.${index}`, `${pointer}/${key}/${index}`) : [],
    );
  });
}

async function faultOf(
  { pointer, path, sha256 }: NamedList,
  context: ListContext,
): Promise<ErrorItem | null> {
  const found = await context.files.findDigest(recipeUri(path, context.baseDirectory));
  if (found === sha256) return null;
  const message =
    found === null
      ? `the list ${JSON.stringify(path)} is not there`
      : `the list ${JSON.stringify(path)} has the SHA-256 ${found}, the recipe says ${sha256}`;
  return { pointer, message };
}
