import { isPlainObject } from '../common/canonical-json.js';
import { branchesOf, chooseBranch, resolveSchema, type Schema } from './schema-branches.js';

/** A copy of `value` with every default of the schema filled in, also below `anyOf`. */
export function fillDefaults(root: Schema, schema: Schema, value: unknown): unknown {
  const resolved = resolveSchema(root, schema);
  const branches = branchesOf(root, resolved);
  if (branches !== null) {
    const branch = chooseBranch(branches, value);
    return branch === null ? value : fillDefaults(root, branch, value);
  }
  if (Array.isArray(value)) return value.map((item) => fillItem(root, resolved, item));
  return isPlainObject(value) ? fillObject(root, resolved, value) : value;
}

function fillItem(root: Schema, schema: Schema, item: unknown): unknown {
  return isPlainObject(schema['items']) ? fillDefaults(root, schema['items'], item) : item;
}

function fillObject(root: Schema, schema: Schema, value: Record<string, unknown>): Record<string, unknown> {
  const properties = isPlainObject(schema['properties']) ? schema['properties'] : {};
  const filled: Record<string, unknown> = { ...value };
  for (const [key, property] of Object.entries(properties)) {
    if (!isPlainObject(property)) continue;
    if (!Object.hasOwn(value, key) && !Object.hasOwn(property, 'default')) continue;
    const given = Object.hasOwn(value, key) ? value[key] : structuredClone(property['default']);
    filled[key] = fillDefaults(root, property, given);
  }
  return filled;
}
