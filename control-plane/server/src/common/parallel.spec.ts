import { describe, expect, it } from '@jest/globals';
import { mapParallel } from './parallel.js';

describe('work on many things', () => {
  it.each([
    [0, 3, 0],
    [2, 3, 2],
    [9, 3, 3],
  ])('of %i keeps their order and does at most %i at a time', async (count, limit, most) => {
    let [active, seen] = [0, 0];
    const items = Array.from({ length: count }, (_, index) => index);
    const results = await mapParallel(items, limit, async (item) => {
      active += 1;
      seen = Math.max(seen, active);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
      return item * 2;
    });
    expect(results).toEqual(items.map((item) => item * 2));
    expect(seen).toBe(most);
  });
});
