import { StructureError } from './finding.js';

/** Bytes of one token: uint16 or a 32-bit integer. */
export type TokenWidth = 2 | 4;

/**
 * Checks a stream of little-endian token ids against a vocabulary's size, chunk by chunk; a token
 * may be split between two chunks.
 */
export class TokenRange {
  private rest = Buffer.alloc(0);

  constructor(
    private readonly width: TokenWidth,
    private readonly vocabSize: number | null,
  ) {}

  /** @throws StructureError for an id that the vocabulary does not have */
  update(chunk: Buffer): void {
    if (this.vocabSize === null) return;
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const whole = bytes.length - (bytes.length % this.width);
    this.check(bytes.subarray(0, whole), this.vocabSize);
    this.rest = Buffer.from(bytes.subarray(whole));
  }

  private check(bytes: Buffer, vocabSize: number): void {
    const aligned = bytes.byteOffset % this.width === 0 ? bytes : Buffer.from(bytes);
    const count = aligned.length / this.width;
    const { buffer, byteOffset } = aligned;
    const tokens =
      this.width === 2
        ? new Uint16Array(buffer, byteOffset, count)
        : new Uint32Array(buffer, byteOffset, count);
    for (const token of tokens) {
      if (token >= vocabSize)
        throw new StructureError(
          'TOKEN_OUT_OF_RANGE',
          `token ${token} is not below the vocabulary's ${vocabSize}`,
        );
    }
  }
}
