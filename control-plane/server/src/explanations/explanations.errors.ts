import { CorpusmillError } from '../common/errors.js';

/** The program of the jobs that applies the rules could not be run. */
export class ExplanationFailed extends CorpusmillError {
  readonly code = 'EXPLANATION_FAILED';
  constructor(what: string, cause?: Error) {
    super(`the filter's rules could not be run here (${what}); a server with Java and the jobs' jar can`, {
      cause,
    });
  }
}
