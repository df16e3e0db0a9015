import { isPlainObject } from '../common/canonical-json.js';
import type { ErrorItem } from '../common/errors.js';
import type { ServerConfig } from '../config/config.js';
import { escapePointer } from '../common/http/validation.pipe.js';
import { checkCluster } from './cluster-checks.js';
import { checkResources } from './resource-checks.js';
import type { Recipe } from './recipe.js';
import { checkSurvivors } from './survivor-checks.js';

/** What the schema cannot say: names that must be unique, domains that must exist, limits that must fit. */
export function checkRecipe(recipe: Recipe, config: ServerConfig): readonly ErrorItem[] {
  return [
    ...duplicates(
      recipe.sources.map((source) => source.name),
      '/sources',
      'source',
    ),
    ...checkDomains(recipe),
    ...checkRules(recipe),
    ...checkSurvivors(recipe),
    ...checkModels(recipe),
    ...checkResources(recipe, config),
    ...(config.kubernetes === null ? [] : checkCluster(recipe, config.kubernetes)),
  ];
}

function duplicates(names: readonly string[], folder: string, what: string): readonly ErrorItem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [
          {
            pointer: `${folder}/${index}/name`,
            message: `${what} ${JSON.stringify(name)} is named twice; names must differ`,
          },
        ]
      : [],
  );
}

function checkDomains(recipe: Recipe): readonly ErrorItem[] {
  const domains = [...new Set(recipe.sources.map((source) => source.domain))];
  const mix = recipe.stages.mix ?? {};
  const unknown = ['weights', 'caps'].flatMap((setting) =>
    Object.keys(isPlainObject(mix[setting]) ? mix[setting] : {})
      .filter((domain) => !domains.includes(domain))
      .map((domain) => ({
        pointer: `/stages/mix/${setting}/${escapePointer(domain)}`,
        message: `no source has the domain ${JSON.stringify(domain)}; sources have ${domains.join(', ')}`,
      })),
  );
  return [...unknown, ...checkWeightSum(mix['weights'])];
}

function checkWeightSum(weights: unknown): readonly ErrorItem[] {
  if (!isPlainObject(weights)) return [];
  const sum = Object.values(weights).reduce<number>((total, weight) => total + Number(weight), 0);
  return sum > 0
    ? []
    : [{ pointer: '/stages/mix/weights', message: 'all weights are 0; give one domain more than 0' }];
}

function checkRules(recipe: Recipe): readonly ErrorItem[] {
  const rules = recipe.stages.filter?.['rules'];
  if (!Array.isArray(rules)) return [];
  const names = rules.map((rule: unknown) => String(isPlainObject(rule) ? rule['name'] : rule));
  const ordered = rules.flatMap((rule: unknown, index) =>
    isPlainObject(rule) ? checkBounds(rule, `/stages/filter/rules/${index}`) : [],
  );
  return [...duplicates(names, '/stages/filter/rules', 'rule'), ...ordered];
}

function checkBounds(rule: Record<string, unknown>, pointer: string): readonly ErrorItem[] {
  return ['Words', 'MeanWordLength'].flatMap((name) => {
    const [least, most] = [rule[`min${name}`], rule[`max${name}`]];
    if (typeof least !== 'number' || typeof most !== 'number' || least <= most) return [];
    return [
      {
        pointer: `${pointer}/min${name}`,
        message: `${least} is above max${name}, ${most}: nothing would be kept`,
      },
    ];
  });
}

function checkModels(recipe: Recipe): readonly ErrorItem[] {
  const models = recipe.stages.score?.['models'];
  if (!Array.isArray(models)) return [];
  const names = models.map((model: unknown) => String(isPlainObject(model) ? model['name'] : model));
  return duplicates(names, '/stages/score/models', 'model');
}
