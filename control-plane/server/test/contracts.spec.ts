import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RecipeSchema } from '../src/recipes/recipe-schema.js';
import {
  CONTRACTS_DIRECTORY,
  ContractViolation,
  parseClaim,
  parseJobProblem,
  parseJobSpec,
  parseManifest,
  parseProgress,
} from '../src/contracts/validators.js';

const schema = new RecipeSchema();

function parseRecipe(value: unknown): unknown {
  const problems = schema.problemsOf(value);
  if (problems.length > 0)
    throw new ContractViolation(
      'recipe',
      problems.map((problem) => problem.pointer),
    );
  return value;
}

const PARSERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  claim: parseClaim,
  'job-spec': parseJobSpec,
  manifest: parseManifest,
  problem: parseJobProblem,
  progress: parseProgress,
  recipe: parseRecipe,
};

/** Examples that every language's tests read: examples/<contract>/{valid,invalid}/*.json, where there are any. */
function examplesOf(kind: 'valid' | 'invalid'): [string, string, string][] {
  return Object.keys(PARSERS).flatMap((contract) => {
    const folder = join(CONTRACTS_DIRECTORY, 'examples', contract, kind);
    if (!existsSync(folder)) return [];
    return readdirSync(folder).map((name): [string, string, string] => [
      contract,
      name,
      readFileSync(join(folder, name), 'utf8'),
    ]);
  });
}

describe('contracts', () => {
  it('have examples', () => {
    expect(examplesOf('valid').length).toBeGreaterThan(5);
    expect(examplesOf('invalid').length).toBeGreaterThan(5);
  });

  it.each(examplesOf('valid'))('%s accepts %s', (contract, _name, text) => {
    expect(PARSERS[contract]!(JSON.parse(text))).toEqual(JSON.parse(text));
  });

  it.each(examplesOf('invalid'))('%s refuses %s', (contract, _name, text) => {
    expect(() => PARSERS[contract]!(JSON.parse(text))).toThrow(ContractViolation);
  });
});
