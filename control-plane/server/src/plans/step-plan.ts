import type { JobSpec } from '../contracts/contracts.js';

/** What every attempt of a step hands its job: the job spec without the attempt's own parts. */
export type StepPlan = Pick<
  JobSpec,
  'codeVersion' | 'settings' | 'settingsDigest' | 'inputs' | 'sources' | 'models' | 'tokenizer' | 'resources'
>;
