import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ApiOperation } from './api-error.js';

/** Why a list or watch ended early. */
export type WatchFault = 'expired' | 'http' | 'silent' | 'malformed' | 'handler';

/** How a reflector does, as the gauges read it. */
export interface ReflectorState {
  readonly size: number;
  /** Seconds since the API server was last heard of this kind; null before the first list. */
  readonly silentSeconds: number | null;
}

/** How the server sees the cluster. */
export class KubernetesMetrics {
  private readonly relists: Counter<'kind'>;
  private readonly faults: Counter<'kind' | 'reason'>;
  private readonly seconds: Histogram<'verb' | 'resource'>;
  private readonly reflectors = new Map<string, () => ReflectorState>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.relists = new Counter({
      name: 'corpusmill_kubernetes_relists_total',
      help: 'Whole lists read, by kind',
      labelNames: ['kind'],
      registers,
    });
    this.faults = new Counter({
      name: 'corpusmill_kubernetes_watch_errors_total',
      help: 'Lists and watches that ended early, by kind and reason',
      labelNames: ['kind', 'reason'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'corpusmill_kubernetes_request_seconds',
      help: 'Time to a whole answer of the API server; watches are not counted',
      labelNames: ['verb', 'resource'],
      buckets: [0.005, 0.025, 0.1, 0.3, 1, 5, 20],
      registers,
    });
    this.gauge(registry, 'last_event_age_seconds', 'Since the API server was last heard of a kind', (state) =>
      state.silentSeconds === null ? Number.NaN : state.silentSeconds,
    );
    this.gauge(registry, 'cached_objects', 'Objects known, by kind', (state) => state.size);
  }

  relisted(kind: string): void {
    this.relists.inc({ kind });
  }

  failed(kind: string, reason: WatchFault): void {
    this.faults.inc({ kind, reason });
  }

  watch(kind: string, state: () => ReflectorState): void {
    this.reflectors.set(kind, state);
  }

  startRequest({ verb, resource }: ApiOperation): () => void {
    return this.seconds.startTimer({ verb, resource });
  }

  private gauge(
    registry: Registry,
    name: string,
    help: string,
    read: (state: ReflectorState) => number,
  ): void {
    const reflectors = this.reflectors;
    const gauge: Gauge<'kind'> = new Gauge({
      name: `corpusmill_kubernetes_${name}`,
      help,
      labelNames: ['kind'],
      registers: [registry],
      collect: () => {
        for (const [kind, state] of reflectors) gauge.set({ kind }, read(state()));
      },
    });
  }
}
