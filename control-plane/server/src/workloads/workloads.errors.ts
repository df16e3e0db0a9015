import { CorpusmillError } from '../common/errors.js';

export class WorkloadStartFailed extends CorpusmillError {
  readonly code = 'JOB_FAILED';
  constructor(program: string, cause: Error) {
    super(`${program} cannot be started (${cause.message}); run "npm run setup", or set CORPUSMILL_PYTHON`, {
      cause,
    });
  }
}
