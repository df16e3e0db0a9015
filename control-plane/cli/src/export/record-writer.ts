import type { RecordBatch } from './document-stream.js';

/** Takes batches in order and makes a file of them. */
export interface RecordWriter {
  write(batch: RecordBatch): Promise<void>;
  /** Completes the file. Called once, also where there was no batch. */
  finish(): Promise<void>;
  /** Gives up what was opened. */
  abort(): Promise<void>;
}
