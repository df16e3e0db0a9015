import { describe, expect, it } from '@jest/globals';
import { canonicalDigest, canonicalJson } from './canonical-json.js';

describe('canonical JSON', () => {
  it('sorts keys by code unit at every depth and leaves undefined out', () => {
    expect(canonicalJson({ b: 1, a: { d: [1, { y: 1, x: 2 }], C: null }, u: undefined })).toBe(
      '{"a":{"C":null,"d":[1,{"x":2,"y":1}]},"b":1}',
    );
  });

  it('gives the SHA-256 of its UTF-8', () => {
    expect(canonicalDigest({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});
