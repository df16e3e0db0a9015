import { CorpusmillError } from '../common/errors.js';

export class DocumentNotFound extends CorpusmillError {
  readonly code = 'DOCUMENT_NOT_FOUND';
  constructor(what: string, version: string) {
    super(`no stage that led to version ${version} knows ${what.slice(0, 300)}`);
  }
}

export class TokenNotFound extends CorpusmillError {
  readonly code = 'DOCUMENT_NOT_FOUND';
  constructor(path: string, token: number, tokens: number) {
    super(`${path} has ${tokens} tokens, 0 to ${tokens - 1}; there is no token ${token}`);
  }
}
