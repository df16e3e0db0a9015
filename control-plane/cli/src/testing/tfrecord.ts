import { maskedCrc32c } from '../verify/crc32c.js';

/** A TFRecord file of tf.train.Examples with an int64 list `input_ids`. */
export function tfrecordOf(records: readonly (readonly number[])[]): Buffer {
  return Buffer.concat(records.map((tokens) => frame(example(tokens))));
}

function frame(data: Buffer): Buffer {
  const length = Buffer.alloc(12);
  length.writeBigUInt64LE(BigInt(data.length), 0);
  length.writeUInt32LE(maskedCrc32c(length.subarray(0, 8)), 8);
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32LE(maskedCrc32c(data), 0);
  return Buffer.concat([length, data, trailer]);
}

function example(tokens: readonly number[]): Buffer {
  const list = message(1, Buffer.concat(tokens.map(varint)));
  const entry = Buffer.concat([message(1, Buffer.from('input_ids')), message(2, message(3, list))]);
  return message(1, message(1, entry));
}

function message(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}
