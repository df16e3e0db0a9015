import { readChunks } from '../files/hash-file.js';
import { maskedCrc32c } from './crc32c.js';
import { countInt64Values } from './example-proto.js';
import { StructureError } from './finding.js';

const LENGTH_BYTES = 12;
const TRAILER_BYTES = 4;
/** No record of a shard is larger: a piece of a document of 2^27 tokens. */
const MAX_RECORD_BYTES = 1 << 30;

/** What a TFRecord file holds. */
export interface TfrecordContent {
  readonly records: number;
  readonly tokens: number;
}

/**
 * Reads a TFRecord file to its end: both masked CRC-32C of every record, and the int64 values of
 * each tf.train.Example.
 * @throws StructureError for a damaged, cut or misplaced record
 */
export async function checkTfrecord(path: string): Promise<TfrecordContent> {
  const reader = new RecordReader(readChunks(path));
  let records = 0;
  let tokens = 0;
  for (let record = await reader.next(records); record !== null; record = await reader.next(records)) {
    records += 1;
    tokens += countInt64Values(record);
  }
  return { records, tokens };
}

/** Cuts a stream of chunks into records. */
class RecordReader {
  private buffer = Buffer.alloc(0);

  constructor(private readonly chunks: AsyncIterator<Buffer>) {}

  async next(index: number): Promise<Buffer | null> {
    const head = await this.take(LENGTH_BYTES);
    if (head.length === 0) return null;
    if (head.length < LENGTH_BYTES) throw bad(index, 'is cut in its length');
    if (head.readUInt32LE(8) !== maskedCrc32c(head.subarray(0, 8)))
      throw bad(index, 'has a wrong CRC of its length');
    const length = Number(head.readBigUInt64LE(0));
    if (length > MAX_RECORD_BYTES) throw bad(index, `says that it has ${length} bytes`);
    const body = await this.take(length + TRAILER_BYTES);
    if (body.length < length + TRAILER_BYTES) throw bad(index, 'is cut');
    const data = body.subarray(0, length);
    if (body.readUInt32LE(length) !== maskedCrc32c(data)) throw bad(index, 'has a wrong CRC of its data');
    return data;
  }

  /** The next `bytes` bytes, fewer at the end of the file. */
  private async take(bytes: number): Promise<Buffer> {
    const parts = [this.buffer];
    let available = this.buffer.length;
    while (available < bytes) {
      const { value, done } = await this.chunks.next();
      if (done === true) break;
      parts.push(Buffer.from(value));
      available += value.length;
    }
    const joined = parts.length === 1 ? this.buffer : Buffer.concat(parts);
    this.buffer = joined.subarray(bytes);
    return joined.subarray(0, bytes);
  }
}

function bad(index: number, what: string): StructureError {
  return new StructureError('BAD_RECORD', `record ${index} ${what}`);
}
