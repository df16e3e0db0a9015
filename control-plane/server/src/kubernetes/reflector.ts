import type { Logger } from 'pino';
import { setTimeout } from 'node:timers/promises';
import { ZodError } from 'zod';
import { ApiError, describeError } from './api-error.js';
import type { KubernetesMetrics, WatchFault } from './metrics.js';
import { bookmarkSchema, errorStatusSchema, type KubeObject } from './objects.js';
import type { ListOptions, ResourceClient } from './resource-client.js';
import { MalformedWatch, readWatch, SilentWatch, type WatchEvent } from './watch-stream.js';

/** Milliseconds, but for the tests always these. */
export interface ReflectorTimes {
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** A watch that lasted so long was healthy: the delays begin anew. */
  readonly healthyMs: number;
  /** API servers send a bookmark about once a minute; without a byte for longer the connection is dead. */
  readonly silenceMs: number;
  /** Even where nothing seems wrong the whole list is read so often. */
  readonly relistMs: number;
}

export const REFLECTOR_TIMES: ReflectorTimes = {
  firstDelayMs: 500,
  longestDelayMs: 30_000,
  healthyMs: 60_000,
  silenceMs: 75_000,
  relistMs: 600_000,
};

/** Longer without a word of the API server, what is cached is not to be relied on. */
const STALE_SECONDS = 120;

export interface ReflectorParts<T extends KubeObject> {
  readonly client: ResourceClient<T>;
  readonly options: ListOptions;
  /** Label by whose value the copy is grouped. */
  readonly groupLabel: string;
  readonly metrics: KubernetesMetrics;
  readonly logger: Logger;
  /** Called for each object that came, changed or went; what it throws is logged. */
  readonly onChanged: (object: T) => void;
  readonly times?: ReflectorTimes;
}

/**
 * A local copy of all objects of one kind: list, then watch, for ever, whatever fails. Ours and not the client
 * library's informer, which ends for good at the first error that is not 410. The copy only tells when to look:
 * who acts on an object reads it from the API server first.
 */
export class Reflector<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly groups = new Map<string, Map<string, T>>();
  private readonly stopped = new AbortController();
  private readonly times: ReflectorTimes;
  private resourceVersion: string | null = null;
  private heardAt: number | null = null;
  private listedAt = 0;
  private fault: string | null = null;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly parts: ReflectorParts<T>) {
    this.times = parts.times ?? REFLECTOR_TIMES;
    parts.metrics.watch(this.kind, () => ({ size: this.objects.size, silentSeconds: this.silentSeconds }));
  }

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.loop;
  }

  get(name: string): T | undefined {
    return this.objects.get(name);
  }

  list(): readonly T[] {
    return [...this.objects.values()];
  }

  /** Objects whose label `groupLabel` has this value. */
  group(value: string): readonly T[] {
    return [...(this.groups.get(value)?.values() ?? [])];
  }

  /** Whether the whole list was read at least once. */
  get isSynced(): boolean {
    return this.heardAt !== null;
  }

  /** Why the copy is not to be relied on; null where it is. */
  findFault(): string | null {
    const silent = this.silentSeconds;
    if (silent !== null && silent < STALE_SECONDS) return null;
    if (this.fault !== null) return this.fault;
    return silent === null
      ? `${this.kind}: not listed yet`
      : `${this.kind}: nothing heard for ${Math.round(silent)} s`;
  }

  private get kind(): string {
    return this.parts.client.type.kind;
  }

  private get silentSeconds(): number | null {
    return this.heardAt === null ? null : (performance.now() - this.heardAt) / 1000;
  }

  private async run(): Promise<void> {
    let delayMs = this.times.firstDelayMs;
    while (!this.stopped.signal.aborted) {
      const startedAt = performance.now();
      const isFine = await this.listAndWatch();
      if (isFine || performance.now() - startedAt > this.times.healthyMs) delayMs = this.times.firstDelayMs;
      if (isFine) continue;
      await setTimeout(delayMs * (0.5 + Math.random()), undefined, { signal: this.stopped.signal }).catch(
        () => undefined,
      );
      delayMs = Math.min(this.times.longestDelayMs, delayMs * 2);
    }
  }

  /** True where the watch ended as it should. */
  private async listAndWatch(): Promise<boolean> {
    try {
      if (this.resourceVersion === null || performance.now() - this.listedAt >= this.times.relistMs)
        await this.relist();
      await this.watch(this.resourceVersion ?? '');
      return true;
    } catch (error) {
      if (!this.stopped.signal.aborted) this.failed(error);
      return false;
    }
  }

  private async relist(): Promise<void> {
    const { items, resourceVersion } = await this.parts.client.list(this.parts.options);
    const gone = new Map(this.objects);
    for (const item of items) {
      gone.delete(item.metadata.name);
      this.put(item);
    }
    for (const [name, object] of gone) this.remove(name, object);
    this.resourceVersion = resourceVersion;
    this.listedAt = performance.now();
    this.heard();
    this.parts.metrics.relisted(this.kind);
  }

  private async watch(resourceVersion: string): Promise<void> {
    const { client, options } = this.parts;
    const dueMs = this.listedAt + this.times.relistMs - performance.now();
    const signal = AbortSignal.any([this.stopped.signal, AbortSignal.timeout(Math.max(1, Math.ceil(dueMs)))]);
    try {
      const body = await client.watch(resourceVersion, options, signal);
      for await (const event of readWatch(body, this.times.silenceMs)) this.take(event);
    } catch (error) {
      if (!signal.aborted) throw error; // else the next list is due, or all is over
    }
  }

  private take(event: WatchEvent): void {
    this.heard();
    switch (event.type) {
      case 'BOOKMARK':
        this.resourceVersion = bookmarkSchema.parse(event.object).metadata.resourceVersion;
        return;
      case 'ERROR': {
        const status = errorStatusSchema.parse(event.object);
        throw new ApiError(status.code, status.reason, status.message, this.parts.client.operation('watch'));
      }
      default: {
        const object = this.parts.client.parse('watch', event.object);
        this.resourceVersion = object.metadata.resourceVersion;
        if (event.type === 'DELETED') this.remove(object.metadata.name, object);
        else this.put(object);
      }
    }
  }

  private put(object: T): void {
    const before = this.objects.get(object.metadata.name);
    this.objects.set(object.metadata.name, object);
    this.putIntoGroup(object);
    if (before?.metadata.resourceVersion !== object.metadata.resourceVersion) this.tell(object);
  }

  /** An event of an earlier object of this name removes nothing. */
  private remove(name: string, object: T): void {
    if (this.objects.get(name)?.metadata.uid === object.metadata.uid) {
      this.objects.delete(name);
      this.removeFromGroup(object);
    }
    this.tell(object);
  }

  private putIntoGroup(object: T): void {
    const value = this.groupOf(object);
    const group = this.groups.get(value) ?? new Map<string, T>();
    this.groups.set(value, group.set(object.metadata.name, object));
  }

  private removeFromGroup(object: T): void {
    const value = this.groupOf(object);
    const group = this.groups.get(value);
    group?.delete(object.metadata.name);
    if (group?.size === 0) this.groups.delete(value);
  }

  private groupOf(object: T): string {
    return object.metadata.labels[this.parts.groupLabel] ?? '';
  }

  private tell(object: T): void {
    try {
      this.parts.onChanged(object);
    } catch (error) {
      this.parts.metrics.failed(this.kind, 'handler');
      this.parts.logger.error(
        { err: error, kind: this.kind, name: object.metadata.name },
        'watch handler failed',
      );
    }
  }

  private heard(): void {
    this.heardAt = performance.now();
    this.fault = null;
  }

  /** A broken connection goes on where it was; anything else, a watch that is not allowed too, begins with a new list. */
  private failed(error: unknown): void {
    const reason = faultOf(error);
    const isCut =
      reason === 'silent' ||
      (reason === 'http' && !(error instanceof ApiError && (error.isExpired || error.isMissingRight)));
    if (!isCut) this.resourceVersion = null;
    this.fault = `${this.kind}: ${describeError(error)}`;
    this.parts.metrics.failed(this.kind, reason);
    this.parts.logger.warn({ kind: this.kind, reason, fault: this.fault }, 'watch ended early; going on');
  }
}

function faultOf(error: unknown): WatchFault {
  if (error instanceof SilentWatch) return 'silent';
  if (error instanceof MalformedWatch || error instanceof ZodError) return 'malformed';
  if (!(error instanceof ApiError)) return 'http';
  if (error.isExpired) return 'expired';
  return error.reason === 'Malformed' ? 'malformed' : 'http';
}
