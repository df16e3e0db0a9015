import { describe, expect, it } from '@jest/globals';
import { nextAttemptAt } from './retry-policy.js';

const config = { maxAttempts: 8, baseSeconds: 2, capSeconds: 60 };
const now = new Date('2026-01-01T00:00:00Z');
const delayAfter = (attempts: number, isRetryable = true) => {
  const at = nextAttemptAt({ isRetryable, attempts, now }, config);
  return at === null ? null : (at.getTime() - now.getTime()) / 1000;
};

describe('retry policy', () => {
  it('doubles the delay up to the cap', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((attempts) => delayAfter(attempts))).toEqual([2, 4, 8, 16, 32, 60, 60]);
  });

  it('gives up after the last attempt, and at once where trying again is no use', () => {
    expect(delayAfter(8)).toBeNull();
    expect(delayAfter(1, false)).toBeNull();
  });
});
