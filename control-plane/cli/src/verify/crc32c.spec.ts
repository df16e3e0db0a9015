import { describe, expect, it } from '@jest/globals';

import { crc32c, maskedCrc32c } from './crc32c.js';

describe('crc32c', () => {
  it.each([
    ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
    ['32 bytes of 0xff', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['123456789', Buffer.from('123456789'), 0xe3069283],
    ['nothing', Buffer.alloc(0), 0],
  ])('gives the published value of %s (RFC 3720, B.4)', (_what, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('masks as TFRecord does', () => {
    expect(maskedCrc32c(Buffer.alloc(0))).toBe(0xa282ead8);
  });
});
