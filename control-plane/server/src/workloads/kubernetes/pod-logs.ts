import { describeError } from '../../kubernetes/api-error.js';
import type { Pod } from '../../kubernetes/objects.js';
import type { ResourceClient } from '../../kubernetes/resource-client.js';
import type { LogRange, LogSlice } from '../executor.js';

/** Of each pod's log so much is kept; more than kubelets keep of a container by default (10 MiB). */
const MAX_POD_BYTES = 16 * 1024 * 1024;
/** Of the pods beside the first only the end is kept, and of so many. */
const OTHER_LINES = 2000;
const MAX_OTHER_PODS = 32;

/** The logs of an attempt's pods. */
export class PodLogs {
  constructor(private readonly pods: ResourceClient<Pod>) {}

  /** A slice of the first pod's log: what `collect` begins with. */
  async slice(pods: readonly Pod[], { offset, limit }: LogRange): Promise<LogSlice> {
    const first = inOrder(pods)[0];
    if (first === undefined) return { text: Buffer.alloc(0), nextOffset: offset };
    const text = Buffer.from(await this.read(first, { limitBytes: offset + limit })).subarray(
      offset,
      offset + limit,
    );
    return { text, nextOffset: offset + text.length };
  }

  /** The first pod's log, then the ends of the others', each under its name. Never throws: tells what it could not read. */
  async collect(pods: readonly Pod[]): Promise<Buffer> {
    const [first, ...others] = inOrder(pods);
    if (first === undefined) return Buffer.alloc(0);
    const parts = [await this.tryRead(first, { limitBytes: MAX_POD_BYTES })];
    for (const pod of others.slice(0, MAX_OTHER_PODS)) {
      const text = await this.tryRead(pod, { limitBytes: MAX_POD_BYTES, tailLines: OTHER_LINES });
      parts.push(`\n==> ${pod.metadata.name} <==\n`, text);
    }
    if (others.length > MAX_OTHER_PODS) parts.push(`\n==> ${others.length - MAX_OTHER_PODS} more pods <==\n`);
    return Buffer.from(parts.join(''));
  }

  private async tryRead(pod: Pod, query: Readonly<Record<string, number>>): Promise<string> {
    try {
      return await this.read(pod, query);
    } catch (error) {
      return `the log of pod ${pod.metadata.name} cannot be read: ${describeError(error)}\n`;
    }
  }

  private read(pod: Pod, query: Readonly<Record<string, number>>): Promise<string> {
    return this.pods.readPart(pod.metadata.name, 'log', query);
  }
}

/** Spark's driver or Ray's submitter, which shows the job's own output, then the others by name. */
function inOrder(pods: readonly Pod[]): readonly Pod[] {
  const rank = ({ metadata: { labels } }: Pod) => {
    if (labels['spark-role'] === 'driver') return 0;
    if (labels['spark-role'] !== undefined) return 2;
    return labels['ray.io/node-type'] === undefined ? 0 : labels['ray.io/node-type'] === 'head' ? 1 : 2;
  };
  return pods.toSorted(
    (left, right) => rank(left) - rank(right) || (left.metadata.name < right.metadata.name ? -1 : 1),
  );
}
