import { isPlainObject } from '../common/canonical-json.js';
import type { ErrorItem } from '../common/errors.js';

export interface Override {
  /** Keys joined by dots; an element of an array by its index or its `name`. */
  readonly path: string;
  readonly value?: unknown;
}

const FORBIDDEN_KEYS = new Set(['__proto__', 'prototype', 'constructor']);

export interface Overridden {
  readonly recipe: unknown;
  readonly problems: readonly ErrorItem[];
}

/** Puts settings over a recipe, on a copy; objects on the way are made where they are missing. */
export function applyOverrides(recipe: unknown, overrides: readonly Override[]): Overridden {
  const copy: unknown = structuredClone(recipe);
  const problems = overrides.flatMap((override, index) => {
    const message = applyOverride(copy, override);
    return message === null ? [] : [{ pointer: '', message: `override ${index + 1}: ${message}` }];
  });
  return { recipe: copy, problems };
}

/** null where it was applied, else what is wrong. */
function applyOverride(root: unknown, override: Override): string | null {
  const keys = override.path.split('.');
  const bad = keys.find((key) => key === '' || FORBIDDEN_KEYS.has(key));
  if (bad !== undefined)
    return `${JSON.stringify(override.path)} has the key ${JSON.stringify(bad)}; write path=value`;
  let parent: unknown = root;
  for (const key of keys.slice(0, -1)) {
    const next = child(parent, key);
    if (next === undefined)
      return `${JSON.stringify(override.path)}: there is nothing to set at ${JSON.stringify(key)}`;
    parent = next;
  }
  return setChild(parent, keys.at(-1)!, override.value)
    ? null
    : `${JSON.stringify(override.path)}: there is nothing to set at ${JSON.stringify(keys.at(-1))}`;
}

/** The member of an object (made where missing) or the element of an array; undefined where there can be none. */
function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return parent[elementIndex(parent, key)];
  if (!isPlainObject(parent)) return undefined;
  const member = Object.hasOwn(parent, key) ? parent[key] : undefined;
  if (isPlainObject(member) || Array.isArray(member)) return member;
  if (member !== undefined && member !== null) return undefined;
  const made = {};
  parent[key] = made;
  return made;
}

function setChild(parent: unknown, key: string, value: unknown): boolean {
  if (Array.isArray(parent)) {
    const index = elementIndex(parent, key);
    if (index < 0) return false;
    parent[index] = value;
    return true;
  }
  if (!isPlainObject(parent)) return false;
  parent[key] = value;
  return true;
}

/** Index of the element, one past the end allowed; −1 where there is none. */
function elementIndex(array: readonly unknown[], key: string): number {
  if (/^\d{1,6}$/.test(key)) return Number(key) <= array.length ? Number(key) : -1;
  return array.findIndex((element) => isPlainObject(element) && element['name'] === key);
}
