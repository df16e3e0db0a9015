import { CorpusmillError } from '../common/errors.js';

export class IdempotencyKeyRequired extends CorpusmillError {
  readonly code = 'IDEMPOTENCY_KEY_REQUIRED';
  constructor() {
    super('Idempotency-Key is missing; send 1 to 255 characters of your choice, new for every new request');
  }
}

export class IdempotencyKeyInUse extends CorpusmillError {
  readonly code = 'IDEMPOTENCY_KEY_IN_USE';
  override readonly retryable = true;
  constructor() {
    super('the first request with this Idempotency-Key is still being answered; send it again in a moment');
  }
}

export class IdempotencyKeyReused extends CorpusmillError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  constructor() {
    super('this Idempotency-Key was used with another body; take a new key');
  }
}
