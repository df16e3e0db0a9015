import { isPlainObject } from '../common/canonical-json.js';

export type Schema = Readonly<Record<string, unknown>>;

/** Follows `$ref` within one schema document. Keywords beside the reference win. */
export function resolveSchema(root: Schema, schema: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const target = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (isPlainObject(at) ? at[key] : undefined), root);
  if (!isPlainObject(target)) throw new Error(`schema has no ${reference}`);
  const { $ref: _reference, ...beside } = schema;
  return { ...resolveSchema(root, target), ...beside };
}

/** The branches of an `anyOf`, references resolved; null where the schema has none. */
export function branchesOf(root: Schema, schema: Schema): readonly Schema[] | null {
  const branches = schema['anyOf'];
  if (!Array.isArray(branches)) return null;
  return branches.filter(isPlainObject).map((branch) => resolveSchema(root, branch));
}

/**
 * The branch that a value means: for objects the one whose `name` is a constant equal to the value's, else
 * the first of the value's type. null where no branch takes its type or its name.
 */
export function chooseBranch(branches: readonly Schema[], value: unknown): Schema | null {
  const ofType = branches.filter((branch) => acceptsType(branch, value));
  const named = ofType.filter((branch) => constantName(branch) !== undefined);
  if (named.length === 0 || !isPlainObject(value)) return ofType[0] ?? null;
  return named.find((branch) => constantName(branch) === value['name']) ?? null;
}

/** The constant that `name` must be in this branch. */
export function constantName(branch: Schema): string | undefined {
  const properties = branch['properties'];
  const name = isPlainObject(properties) ? properties['name'] : undefined;
  const constant = isPlainObject(name) ? name['const'] : undefined;
  return typeof constant === 'string' ? constant : undefined;
}

function acceptsType(branch: Schema, value: unknown): boolean {
  if (Array.isArray(branch['enum'])) return typeof value === 'string';
  return branch['type'] === typeOf(value) || (branch['type'] === 'integer' && typeof value === 'number');
}

/** JSON type name of a value. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
