import { CorpusmillError } from '../common/errors.js';

/** The program of the jobs that applies the rules could not be run. */
export class ExplanationFailed extends CorpusmillError {
  readonly code = 'EXPLANATION_FAILED';
  constructor(what: string, cause?: Error) {
    super(
      `the filter's rules could not be run on this server (${what}); explain the same recipe with a server that has Java, Spark and the jobs' jar, as the local one after "npm run setup" (without CORPUSMILL_URL)`,
      { cause },
    );
  }
}
