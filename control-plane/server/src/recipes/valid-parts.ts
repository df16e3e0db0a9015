import { isPlainObject } from '../common/canonical-json.js';
import type { ErrorItem } from '../common/errors.js';
import type { Recipe, RecipeResources, RecipeSource, StageSettings } from './recipe.js';

/**
 * The parts of a recipe that break no schema rule, so that they can be checked further and all problems be
 * reported together. A source that is not valid becomes one without URIs, so that the others keep their index.
 */
export function validParts(value: unknown, problems: readonly ErrorItem[]): Recipe {
  const isSound = (pointer: string) =>
    !problems.some((problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`));
  const root = isPlainObject(value) ? value : {};
  const sources = Array.isArray(root['sources']) ? root['sources'] : [];
  return {
    apiVersion: String(root['apiVersion']),
    name: String(root['name']),
    sources: sources.map((source: unknown, index) =>
      isSound(`/sources/${index}`) ? (source as RecipeSource) : withoutUris(source, index),
    ),
    stages: soundMembers<StageSettings>(root['stages'], '/stages', isSound),
    resources: soundMembers<RecipeResources>(root['resources'], '/resources', isSound),
  };
}

function withoutUris(source: unknown, index: number): RecipeSource {
  const given = isPlainObject(source) ? source : {};
  const name = typeof given['name'] === 'string' ? given['name'] : `source ${index}`;
  return { name, kind: 'warc', uris: [], domain: String(given['domain']) };
}

function soundMembers<T>(
  value: unknown,
  folder: string,
  isSound: (pointer: string) => boolean,
): Record<string, T> {
  const members = isPlainObject(value) ? value : {};
  const sound = Object.entries(members).filter(
    ([key, member]) => isPlainObject(member) && isSound(`${folder}/${key}`),
  );
  return Object.fromEntries(sound) as Record<string, T>;
}
