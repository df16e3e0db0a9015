import { describe, expect, it } from '@jest/globals';
import { RequestInvalid } from '../errors.js';
import { decodeCursor, encodeCursor, toPage } from './pagination.js';

describe('pagination', () => {
  it('cuts rows read with one more than the limit, and points after the last one', () => {
    const page = toPage([1, 2, 3], 2, (row) => [row]);
    expect(page.items).toEqual([1, 2]);
    expect(decodeCursor(page.nextCursor!, 1)).toEqual([2]);
    expect(toPage([1, 2], 2, (row) => [row]).nextCursor).toBeNull();
    expect(toPage([], 2, (row) => [row])).toEqual({ items: [], nextCursor: null });
  });

  it.each([
    ['!'],
    [''],
    [encodeCursor(['a'])],
    [Buffer.from('{}').toString('base64url')],
    [Buffer.from('[null,1]').toString('base64url')],
  ])('refuses the cursor %j', (cursor) => {
    expect(() => decodeCursor(cursor, 2)).toThrow(RequestInvalid);
  });
});
