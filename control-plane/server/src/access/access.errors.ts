import { CorpusmillError } from '../common/errors.js';

export class Unauthenticated extends CorpusmillError {
  readonly code = 'UNAUTHENTICATED';
  constructor() {
    super(
      'no valid bearer token; send "Authorization: Bearer TOKEN" with the token of the server\'s home folder',
    );
  }
}

export class HostNotAllowed extends CorpusmillError {
  readonly code = 'HOST_NOT_ALLOWED';
  constructor(header: 'Host' | 'Origin', value: string) {
    super(
      `${header} ${value.slice(0, 200)} is not served here; allow its name with CORPUSMILL_ALLOWED_HOSTS`,
    );
  }
}
