import type { JobSpec } from '../contracts/contracts.js';
import type { WorkloadSizing } from '../workloads/executor.js';

/** What every attempt of a step hands its job: the job spec without the attempt's own parts. */
export interface StepPlan extends Pick<
  JobSpec,
  'codeVersion' | 'settings' | 'settingsDigest' | 'inputs' | 'sources' | 'models' | 'tokenizer' | 'resources'
> {
  /** For the executor alone. */
  readonly sizing: WorkloadSizing;
}
