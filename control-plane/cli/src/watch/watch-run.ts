import { setTimeout as sleep } from 'node:timers/promises';

import { CorpusmillApiError } from '@corpusmill/client';
import type { CorpusmillClient, Run } from '@corpusmill/client';

import { isTerminal, waitsForApproval } from './run-states.js';
import { parseServerSentEvents } from './server-sent-events.js';

/** What a watch needs of the outside. */
export interface WatchOptions {
  /** Gives a client; asked again after a broken connection, as the server may have another port. */
  readonly connect: () => Promise<CorpusmillClient>;
  /** Told every state that is seen. */
  readonly onRun: (run: Run) => void;
  readonly signal: AbortSignal;
}

/** Between two looks while events come; events wake earlier. */
const POLL_MS = 2000;
/** Events closer together than this are one look. */
const SETTLE_MS = 150;
const RECONNECT_MS = 500;
/** A server that is away for longer is given up. */
const MAX_AWAY_MS = 120_000;

/**
 * Follows a run to its end, or until it waits for approval. Events say when to look, the run itself says what is: a lost event
 * costs a poll, never a wrong picture. Server restarts are waited out.
 *
 * @returns the run in its terminal state, or with a step that waits for approval
 * @throws what the server refused, or the last connection error after two minutes; AbortError
 */
export async function watchRun(id: string, options: WatchOptions): Promise<Run> {
  const follower = new EventFollower(id, options);
  try {
    return await followToEnd(id, follower, options);
  } finally {
    follower.disconnect();
  }
}

async function followToEnd(id: string, follower: EventFollower, options: WatchOptions): Promise<Run> {
  let awaySince: number | null = null;
  for (;;) {
    options.signal.throwIfAborted();
    const seen = await look(id, follower);
    if (seen instanceof Error) {
      awaySince ??= Date.now();
      await waitOut(seen, awaySince, options.signal);
    } else {
      awaySince = null;
      options.onRun(seen);
      if (isTerminal(seen.state) || waitsForApproval(seen)) return seen;
      await follower.wait();
    }
  }
}

/** Lets a server come back; throws the error once it has been away for too long. */
async function waitOut(error: Error, awaySince: number, signal: AbortSignal): Promise<void> {
  if (Date.now() - awaySince > MAX_AWAY_MS) throw error;
  await sleep(RECONNECT_MS, undefined, { signal });
}

/** The run as it is; the error where the server is away, after which the connection is made anew. */
async function look(id: string, follower: EventFollower): Promise<Run | Error> {
  try {
    const client = await follower.client();
    const run = await client.getRun(id);
    follower.follow(client);
    return run;
  } catch (error) {
    if (!(error instanceof Error) || (error instanceof CorpusmillApiError && !error.retryable)) throw error;
    follower.disconnect();
    return error;
  }
}

/** Reads the event stream in the background and wakes the watch. */
class EventFollower {
  private current: CorpusmillClient | null = null;
  private stream: AbortController | null = null;
  private lastEventId: number | null = null;
  private wake: () => void = () => undefined;

  constructor(
    private readonly id: string,
    private readonly options: WatchOptions,
  ) {}

  async client(): Promise<CorpusmillClient> {
    this.current ??= await this.options.connect();
    return this.current;
  }

  /** Opens the stream where none is open; a stream that breaks is opened again after the next look. */
  follow(client: CorpusmillClient): void {
    if (this.stream !== null) return;
    const stream = new AbortController();
    this.stream = stream;
    this.read(client, AbortSignal.any([stream.signal, this.options.signal]))
      .catch(() => undefined)
      .finally(() => {
        if (this.stream === stream) this.stream = null;
      });
  }

  /** Ends after the next event, or a poll's time. */
  async wait(): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    const timer = new AbortController();
    const signal = AbortSignal.any([timer.signal, this.options.signal]);
    const poll = sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    await Promise.race([woken.then(() => sleep(SETTLE_MS)), poll]);
    timer.abort();
  }

  disconnect(): void {
    this.stream?.abort();
    this.stream = null;
    this.current = null;
  }

  private async read(client: CorpusmillClient, signal: AbortSignal): Promise<void> {
    const response = await client.openRunEvents(this.id, this.lastEventId, signal);
    if (response.body === null) return;
    for await (const event of parseServerSentEvents(response.body)) {
      const id = Number(event.id ?? Number.NaN);
      if (Number.isSafeInteger(id)) this.lastEventId = id;
      this.wake();
    }
  }
}
