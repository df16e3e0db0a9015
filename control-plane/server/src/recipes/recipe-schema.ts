import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ErrorItem } from '../common/errors.js';
import { readContract } from '../contracts/validators.js';
import { fillDefaults } from './recipe-defaults.js';
import type { Recipe } from './recipe.js';
import { branchesOf, chooseBranch, constantName, type Schema } from './schema-branches.js';
import { describeSchemaError, quote } from './schema-messages.js';

/** recipe.schema.json with messages for people: the value, what is wrong with it, and what to write. */
export class RecipeSchema {
  private readonly ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true });
  private readonly root: Schema = readContract('recipe');
  private readonly validate = this.ajv.compile(this.root);
  private readonly branchValidators = new Map<Schema, ValidateFunction>();

  /** All problems of `value`; empty where it is a valid recipe. */
  problemsOf(value: unknown): readonly ErrorItem[] {
    return this.run(this.validate, value, '');
  }

  /** A valid recipe with every default filled in. */
  complete(value: unknown): Recipe {
    return fillDefaults(this.root, this.root, value) as Recipe;
  }

  /** `value` (a rule, a model) with the defaults of the named definition. */
  completeDefinition(definition: string, value: unknown): Record<string, unknown> {
    return fillDefaults(this.root, { $ref: `#/$defs/${definition}` }, value) as Record<string, unknown>;
  }

  private run(validate: ValidateFunction, value: unknown, prefix: string): readonly ErrorItem[] {
    if (validate(value)) return [];
    // What an `if` demands is told by the errors of its `then`.
    const errors = (validate.errors ?? []).filter((error) => error.keyword !== 'if');
    const choices = errors.filter((error) => error.keyword === 'anyOf');
    const plain = errors.filter((error) => !choices.some((choice) => isWithin(error, choice)));
    return [
      ...plain.map((error) => describeSchemaError(error, prefix)),
      ...choices.flatMap((choice) => this.explainChoice(choice, prefix)),
    ];
  }

  /** Problems of the branch that the value means, instead of those of all branches. */
  private explainChoice(choice: ErrorObject, prefix: string): readonly ErrorItem[] {
    const pointer = prefix + choice.instancePath;
    const branches = branchesOf(this.root, choice.parentSchema as Schema) ?? [];
    const branch = chooseBranch(branches, choice.data);
    if (branch === null) return [noBranch(pointer, branches, choice.data)];
    let validate = this.branchValidators.get(branch);
    validate ??= this.ajv.compile({ ...branch, $defs: this.root['$defs'] });
    this.branchValidators.set(branch, validate);
    return this.run(validate, choice.data, pointer);
  }
}

function isWithin(error: ErrorObject, choice: ErrorObject): boolean {
  return error === choice || isBelow(error.instancePath, choice.instancePath);
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function noBranch(pointer: string, branches: readonly Schema[], value: unknown): ErrorItem {
  const names = branches.map(constantName).filter((name) => name !== undefined);
  const types = new Set(
    branches.map((branch) => (typeof branch['type'] === 'string' ? branch['type'] : 'string')),
  );
  if (names.length > 0 && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const given = 'name' in value ? `${quote(value.name)} is` : 'name is missing; it must be';
    return {
      pointer: `${pointer}/name`,
      message: `${given} ${'name' in value ? 'not ' : ''}one of ${names.join(', ')}`,
    };
  }
  return { pointer, message: `${quote(value)} must be ${[...types].join(' or ')}` };
}
