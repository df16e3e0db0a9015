import { setTimeout } from 'node:timers/promises';

export interface WorkQueueOptions {
  /** Keys that are worked on at the same time. */
  readonly maxInFlight: number;
  /** First wait after a failure; doubled with each one in a row. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
}

/** Of so many keys that are taken one is of those that wait, whatever is urgent: they are never left out for good. */
const URGENT_RUN = 4;

/**
 * Keys to work on, each once however often it is added, and never twice at the same time: one that is added while
 * it is worked on comes again. Urgent keys go before those that wait. A key whose work throws comes again by itself,
 * later each time, and not sooner however often it is added; it is urgent then where it became so meanwhile. Ends
 * with the process: nothing in it is kept.
 */
export class WorkQueue {
  private readonly urgent = new Set<string>();
  private readonly waiting = new Set<string>();
  private readonly inFlight = new Set<string>();
  private readonly again = new Set<string>();
  private readonly againUrgent = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly resting = new Set<string>();
  private readonly stopped = new AbortController();
  private idle: (() => void)[] = [];
  private taken = 0;

  constructor(
    private readonly work: (key: string) => Promise<void>,
    private readonly options: WorkQueueOptions,
  ) {}

  add(key: string): void {
    if (this.stopped.signal.aborted || this.resting.has(key)) return;
    if (this.inFlight.has(key)) this.again.add(key);
    else if (!this.urgent.has(key)) this.waiting.add(key);
    this.pump();
  }

  /** As `add`, but before all that only wait. */
  addUrgent(key: string): void {
    if (this.stopped.signal.aborted) return;
    this.waiting.delete(key);
    if (this.inFlight.has(key) || this.resting.has(key)) this.againUrgent.add(key);
    else this.urgent.add(key);
    this.pump();
  }

  /** Resolves once nothing waits and nothing is worked on; keys that rest after a failure do not count. */
  async drained(): Promise<void> {
    if (this.isIdle) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  /** Takes no more keys; resolves once nothing is worked on. */
  async stop(): Promise<void> {
    this.stopped.abort();
    for (const keys of [this.urgent, this.waiting, this.again, this.againUrgent]) keys.clear();
    await this.drained();
  }

  get size(): number {
    return this.urgent.size + this.waiting.size + this.inFlight.size + this.resting.size;
  }

  private get isIdle(): boolean {
    return this.urgent.size + this.waiting.size + this.inFlight.size === 0;
  }

  private pump(): void {
    while (this.inFlight.size < this.options.maxInFlight) {
      const key = this.take();
      if (key === undefined) return;
      this.inFlight.add(key);
      void this.run(key);
    }
  }

  private take(): string | undefined {
    this.taken += 1;
    const lanes = [this.urgent, this.waiting];
    if (this.taken % URGENT_RUN === 0) lanes.reverse();
    const lane = lanes.find((keys) => keys.size > 0);
    const key = lane?.values().next().value;
    if (key !== undefined) lane?.delete(key);
    return key;
  }

  private async run(key: string): Promise<void> {
    try {
      await this.work(key);
      this.failures.delete(key);
    } catch {
      void this.rest(key);
    }
    this.inFlight.delete(key);
    if (!this.resting.has(key)) this.comeBack(key, this.again.has(key));
    this.pump();
    if (!this.isIdle) return;
    for (const resolve of this.idle.splice(0)) resolve();
  }

  private async rest(key: string): Promise<void> {
    const failures = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, failures);
    this.resting.add(key);
    const { retryMs, longestRetryMs } = this.options;
    const delayMs = Math.min(longestRetryMs, retryMs * 2 ** (failures - 1));
    await setTimeout(delayMs * (0.5 + Math.random() / 2), undefined, {
      ref: false,
      signal: this.stopped.signal,
    }).catch(() => undefined);
    this.resting.delete(key);
    this.comeBack(key, true);
  }

  private comeBack(key: string, isAsked: boolean): void {
    this.again.delete(key);
    if (this.againUrgent.delete(key)) this.addUrgent(key);
    else if (isAsked) this.add(key);
  }
}
