import { describeError } from '../../kubernetes/api-error.js';
import type { KubeEvent } from '../../kubernetes/objects.js';
import type { ResourceClient } from '../../kubernetes/resource-client.js';
import { eventFault, shorten } from './pod-reasons.js';

/** One list serves all attempts for so long. */
const FRESH_MS = 15_000;

/** What the cluster has warned of, for workloads that have no pod which could say what is wrong. */
export class Warnings {
  private events: readonly KubeEvent[] = [];
  private readAt = Number.NEGATIVE_INFINITY;
  private fault: string | null = null;
  private reading: Promise<void> | null = null;

  constructor(private readonly client: ResourceClient<KubeEvent>) {}

  /** The latest warning about a workload and what was made for it; null where there is none. */
  async find(attemptId: string): Promise<string | null> {
    if (performance.now() - this.readAt > FRESH_MS) await (this.reading ??= this.read());
    return eventFault(this.events, attemptId) ?? this.fault;
  }

  /** Events only explain: where they cannot be read, that is the explanation. */
  private async read(): Promise<void> {
    try {
      this.events = (await this.client.list({ fieldSelector: 'type=Warning' })).items;
      this.fault = null;
    } catch (error) {
      this.fault = shorten(`no pod was made; events cannot be read: ${describeError(error)}`);
    } finally {
      this.readAt = performance.now();
      this.reading = null;
    }
  }
}
