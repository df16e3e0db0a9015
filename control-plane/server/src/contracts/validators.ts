import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Claim, JobProblem, JobProgress, JobSpec, Manifest } from './contracts.js';
import { REPOSITORY_ROOT } from './repository-root.js';

/** Folder of the JSON Schemas that all languages share. */
export const CONTRACTS_DIRECTORY = join(REPOSITORY_ROOT, 'docs', 'contracts');

export type ContractName = 'claim' | 'job-spec' | 'manifest' | 'problem' | 'progress' | 'recipe';

export function readContract(name: ContractName): Record<string, unknown> {
  const path = join(CONTRACTS_DIRECTORY, `${name}.schema.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

/** A value that breaks its contract; `problems` are "pointer message" lines without document text. */
export class ContractViolation extends Error {
  constructor(
    readonly contract: ContractName,
    readonly problems: readonly string[],
  ) {
    super(`${contract} breaks its contract: ${problems.slice(0, 5).join('; ')}`);
  }
}

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  return ajv;
}

/** Makes a parser that returns the typed value or throws ContractViolation. */
function parserFor<T>(name: ContractName): (value: unknown) => T {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= createAjv().compile(readContract(name));
    if (validate(value)) return value as T;
    const problems = (validate.errors ?? []).map(
      (error) => `${error.instancePath || '/'} ${error.message ?? 'is not valid'}`,
    );
    throw new ContractViolation(name, problems);
  };
}

export const parseManifest = parserFor<Manifest>('manifest');
export const parseProgress = parserFor<JobProgress>('progress');
export const parseJobProblem = parserFor<JobProblem>('problem');
export const parseClaim = parserFor<Claim>('claim');
export const parseJobSpec = parserFor<JobSpec>('job-spec');
