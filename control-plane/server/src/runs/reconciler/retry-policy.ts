import type { RetryConfig } from '../../config/config.js';

export interface RetryQuestion {
  readonly isRetryable: boolean;
  /** Attempts since the budget was last renewed, the failed one counted. */
  readonly attempts: number;
  readonly now: Date;
}

/** When to try again; null: the step has failed. Delays double from the base up to the cap. */
export function nextAttemptAt(question: RetryQuestion, config: RetryConfig): Date | null {
  if (!question.isRetryable || question.attempts >= config.maxAttempts) return null;
  const seconds = Math.min(config.capSeconds, config.baseSeconds * 2 ** (question.attempts - 1));
  return new Date(question.now.getTime() + seconds * 1000);
}
