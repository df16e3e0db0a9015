import { open } from 'node:fs/promises';

import type { TextOutput } from '../context.js';
import { renderJsonLine } from '../output/json.js';
import type { RecordBatch } from './document-stream.js';
import type { RecordWriter } from './record-writer.js';

/** JSON Lines into a file, synced at its end. */
export async function openJsonlFile(path: string): Promise<RecordWriter> {
  const handle = await open(path, 'wx', 0o644);
  return {
    write: async (batch) => {
      for (const record of batch.records) await handle.appendFile(renderJsonLine(record));
    },
    finish: async () => {
      await handle.sync();
      await handle.close();
    },
    abort: () => handle.close().catch(() => undefined),
  };
}

/** JSON Lines on standard output, no faster than they are read. */
export function jsonlOutput(output: TextOutput): RecordWriter {
  return {
    write: async (batch: RecordBatch) => {
      for (const record of batch.records) {
        output.write(renderJsonLine(record));
        await output.flush();
      }
    },
    finish: () => output.flush(),
    abort: () => Promise.resolve(),
  };
}
