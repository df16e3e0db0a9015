import { ApiError } from '../../kubernetes/api-error.js';
import type { Pod } from '../../kubernetes/objects.js';
import type { ResourceClient } from '../../kubernetes/resource-client.js';
import { refusalIn, shorten } from './pod-reasons.js';

/** One look at a driver's log serves for so long. */
const FRESH_MS = 5000;
/** A driver that may not make its executors says so again every few seconds. */
const TAIL = { tailLines: 400, limitBytes: 1024 * 1024 } as const;

interface Looked {
  readonly at: number;
  readonly refusal: string | null;
}

/** What the API server has refused to Spark drivers: no event tells it, only the driver's own log. */
export class DriverRefusals {
  private readonly looked = new Map<string, Looked>();

  constructor(private readonly pods: ResourceClient<Pod>) {}

  /** The latest refusal of what a driver asked for; null where there was none, or its log cannot be read. */
  async find(driver: Pod): Promise<string | null> {
    const { name, uid } = driver.metadata;
    const before = this.looked.get(uid);
    if (before !== undefined && performance.now() - before.at < FRESH_MS) return before.refusal;
    this.forgetOld();
    const refusal = await this.read(name);
    this.looked.set(uid, { at: performance.now(), refusal });
    return refusal;
  }

  private async read(name: string): Promise<string | null> {
    try {
      const refusal = refusalIn(await this.pods.readPart(name, 'log', TAIL));
      return refusal === null ? null : shorten(`pod ${name} was refused its executors: ${refusal}`);
    } catch (error) {
      if (error instanceof ApiError) return null;
      throw error;
    }
  }

  private forgetOld(): void {
    for (const [uid, { at }] of this.looked) if (performance.now() - at >= FRESH_MS) this.looked.delete(uid);
  }
}
