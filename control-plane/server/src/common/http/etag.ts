import { CorpusmillError } from '../errors.js';

export class PreconditionRequired extends CorpusmillError {
  readonly code = 'PRECONDITION_REQUIRED';
  constructor() {
    super('If-Match is missing; send the ETag of the last GET');
  }
}

export class PreconditionFailed extends CorpusmillError {
  readonly code = 'PRECONDITION_FAILED';
  constructor(given: string, current: string) {
    super(`If-Match ${given.slice(0, 100)} is not the current ${current}; GET it again and decide anew`);
  }
}

/** Strong entity tag. */
export function etagOf(value: string | number): string {
  return `"${value}"`;
}

/** Throws PreconditionRequired without If-Match, PreconditionFailed where none of its tags is `current`. */
export function requireMatch(ifMatch: string | undefined, current: string): void {
  if (ifMatch === undefined || ifMatch.trim() === '') throw new PreconditionRequired();
  const tags = new Set(ifMatch.split(',').map((tag) => tag.trim()));
  if (!tags.has('*') && !tags.has(current)) throw new PreconditionFailed(ifMatch, current);
}
