import { describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable } from '../../common/errors.js';
import { LeaseLost } from '../../database/lease.js';
import { KubernetesRejected } from '../../kubernetes/api-error.js';
import { StorageUnavailable } from '../../storage/storage.errors.js';
import { fromDisappearance, isPassing } from './problems.js';

describe('problems of attempts', () => {
  it('are not made of a lost lease, a database or a store that is away: the attempt waits', () => {
    const errors = [
      new LeaseLost('reconciler', 1),
      new DatabaseUnavailable(),
      new StorageUnavailable('s3://bucket/', 'away'),
    ];
    expect(errors.map(isPassing)).toEqual([true, true, true]);
    expect(isPassing(new KubernetesRejected('a field is wrong'))).toBe(false);
    expect(isPassing(new Error('a mistake of ours'))).toBe(false);
  });

  it('name the pod that had too little memory', () => {
    const exit = 'pod filter-1-exec-1: OOMKilled (exit code 137)';
    const gone = { reason: 'memory', exit, memoryMb: 4096, silentSeconds: null, wasClaimed: true } as const;
    expect(fromDisappearance(gone)).toEqual({
      code: 'MEMORY_EXCEEDED',
      message: `the workload used more than its 4096 MiB (${exit}); raise resources.memoryMb or lower cpu`,
      retryable: true,
      details: { exit },
    });
  });
});
