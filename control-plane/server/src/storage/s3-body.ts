import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** One answer to a request for bytes from `start` on. */
export interface S3Answer {
  readonly body: Readable;
  /** The byte after the last one that was asked for and is there. */
  readonly end: number;
}

export type OpenS3Body = (start: number) => Promise<S3Answer>;

/** Answers in a row without a new byte before the object counts as unreadable. */
const BARREN_ANSWERS = 6;
const BASE_MS = 100;

/**
 * The bytes of all answers together: where a body breaks off or is shorter than was promised, another request goes
 * on at its byte. What comes beyond the promise is left out.
 */
export function resumingStream(first: S3Answer, start: number, open: OpenS3Body): Readable {
  const stream = Readable.from(resume(first, start, open), { objectMode: false });
  // A stream that nobody reads must not keep its connection.
  stream.once('close', () => first.body.destroy());
  return stream;
}

async function* resume(first: S3Answer, start: number, open: OpenS3Body): AsyncGenerator<Uint8Array> {
  const { end } = first;
  let position = start;
  let barren = 0;
  for (let answer = first; ; answer = await open(position)) {
    const before = position;
    const failure = yield* take(
      answer.body,
      () => end - position,
      (bytes) => (position += bytes),
    );
    if (position >= end) return;
    barren = position > before ? 0 : barren + 1;
    if (barren >= BARREN_ANSWERS) throw failure ?? new Error(`the body ended at byte ${position} of ${end}`);
    await sleep(BASE_MS * 2 ** barren * Math.random());
  }
}

/** Passes on what comes of a body, at most what is left; the error that ended it, null where it just ended. */
async function* take(
  body: AsyncIterable<Uint8Array>,
  left: () => number,
  advance: (bytes: number) => void,
): AsyncGenerator<Uint8Array, Error | null> {
  try {
    for await (const chunk of body) {
      const wanted = chunk.subarray(0, left());
      advance(wanted.byteLength);
      if (wanted.byteLength > 0) yield wanted;
      if (left() <= 0) return null;
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
