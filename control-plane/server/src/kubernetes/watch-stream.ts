import { createInterface } from 'node:readline';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { watchEventSchema } from './objects.js';

export type WatchEvent = z.infer<typeof watchEventSchema>;

/** A line of a watch that is no event: what comes after it may be damaged as well. */
export class MalformedWatch extends Error {}

/** No byte came for so long that the connection may be dead. */
export class SilentWatch extends Error {}

/**
 * The events of a watch, until the API server ends it. Throws MalformedWatch, SilentWatch after `silenceMs`
 * without a byte, or the connection's error.
 */
export async function* readWatch(body: IncomingMessage, silenceMs: number): AsyncGenerator<WatchEvent> {
  let timer: NodeJS.Timeout | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => body.destroy(new SilentWatch(`no byte for ${silenceMs} ms`)), silenceMs);
  };
  const failed = new Promise<never>((_, reject) => body.once('error', reject));
  failed.catch(() => undefined);
  body.on('data', heard);
  heard();
  const lines = createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const line = await Promise.race([lines.next(), failed]);
      if (line.done === true) break;
      if (line.value !== '') yield parseEvent(line.value);
    }
    if (!body.complete) throw new Error('the connection was cut');
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}

function parseEvent(line: string): WatchEvent {
  try {
    return watchEventSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new MalformedWatch('a line of the watch is no event', { cause: error });
  }
}
