import { StructureError } from './finding.js';

/** Wire types of protocol buffers that tf.train.Example uses. */
const VARINT = 0;
const BYTES = 2;

/** A field of a message: its number and, for wire type 2, its bytes. */
interface Field {
  readonly number: number;
  readonly wireType: number;
  readonly bytes: Buffer;
}

/**
 * Counts the values of the int64 list of one feature of a serialized tf.train.Example
 * (tensorflow/core/example/example.proto: Example.features = 1, Features.feature = 1 as a map of
 * key = 1 and value = 2, Feature.int64_list = 3, Int64List.value = 1).
 * @throws StructureError where the bytes are no such message
 */
export function countInt64Values(example: Buffer, feature = 'input_ids'): number {
  let count = 0;
  for (const features of children(example, 1)) {
    for (const entry of children(features, 1)) {
      const name = children(entry, 1)[0]?.toString('utf8');
      if (name === feature)
        count += children(entry, 2).reduce((sum, value) => sum + countOfFeature(value), 0);
    }
  }
  return count;
}

function countOfFeature(feature: Buffer): number {
  return children(feature, 3).reduce((sum, list) => sum + countOfList(list), 0);
}

/** Packed values are the bytes without a continuation bit; unpacked ones are fields of their own. */
function countOfList(list: Buffer): number {
  let count = 0;
  for (const field of fieldsOf(list)) {
    if (field.number !== 1) continue;
    count +=
      field.wireType === VARINT ? 1 : field.bytes.reduce((sum, byte) => sum + (byte < 0x80 ? 1 : 0), 0);
  }
  return count;
}

function children(message: Buffer, number: number): Buffer[] {
  return fieldsOf(message)
    .filter((field) => field.number === number && field.wireType === BYTES)
    .map((field) => field.bytes);
}

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let offset = 0;
  while (offset < message.length) {
    const tag = readVarint(message, offset);
    const wireType = tag.value & 7;
    const value = readVarint(message, tag.end);
    if (wireType !== VARINT && wireType !== BYTES)
      throw new StructureError('BAD_RECORD', `a record has a field of wire type ${wireType}`);
    const end = wireType === BYTES ? value.end + value.value : value.end;
    if (end > message.length) throw new StructureError('BAD_RECORD', 'a record is no tf.train.Example');
    fields.push({ number: tag.value >>> 3, wireType, bytes: message.subarray(value.end, end) });
    offset = end;
  }
  return fields;
}

function readVarint(message: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = start; index < message.length && index < start + 10; index += 1) {
    const byte = message[index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (index - start));
    if (byte < 0x80) return { value, end: index + 1 };
  }
  throw new StructureError('BAD_RECORD', 'a record is no tf.train.Example');
}
