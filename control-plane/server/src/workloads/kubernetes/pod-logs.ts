import { describeError } from '../../kubernetes/api-error.js';
import { mapParallel } from '../../common/parallel.js';
import type { Pod } from '../../kubernetes/objects.js';
import type { ResourceClient } from '../../kubernetes/resource-client.js';
import type { LogRange, LogSlice } from '../executor.js';

/** Of each pod's log so much is kept; more than kubelets keep of a container by default (10 MiB). */
const MAX_POD_BYTES = 16 * 1024 * 1024;
/** Of the pods beside the first only the end is kept, and of so many. */
const OTHER_LINES = 2000;
const MAX_OTHER_PODS = 32;

/** All logs of an attempt are read within so long; kubelets of dead nodes never answer. */
const ALL_LOGS_MS = 15_000;
const PARALLEL_LOGS = 8;

/** The logs of an attempt's pods. */
export class PodLogs {
  constructor(
    private readonly pods: ResourceClient<Pod>,
    private readonly allLogsMs = ALL_LOGS_MS,
  ) {}

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

  /**
   * The first pod's log, then the ends of the others', each under its name, all within one deadline. Never throws:
   * tells what it could not read, or not to its end.
   */
  async collect(pods: readonly Pod[]): Promise<Buffer> {
    const [first, ...others] = inOrder(pods);
    if (first === undefined) return Buffer.alloc(0);
    const signal = AbortSignal.timeout(this.allLogsMs);
    const shown = [first, ...others.slice(0, MAX_OTHER_PODS)];
    const texts = await mapParallel(shown, PARALLEL_LOGS, (pod) => {
      const query = { limitBytes: MAX_POD_BYTES };
      return this.tryRead(pod, pod === first ? query : { ...query, tailLines: OTHER_LINES }, signal);
    });
    const parts = texts.flatMap((text, index) =>
      index === 0 ? [text] : [Buffer.from(`\n==> ${shown[index]!.metadata.name} <==\n`), text],
    );
    const more = others.length - MAX_OTHER_PODS;
    return Buffer.concat([...parts, Buffer.from(more > 0 ? `\n==> ${more} more pods <==\n` : '')]);
  }

  private async tryRead(
    { metadata: { name } }: Pod,
    query: Readonly<Record<string, number>>,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const chunks: Buffer[] = [];
    try {
      const body = await this.pods.openPart(name, 'log', { query, signal });
      for await (const chunk of body) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    } catch (error) {
      const why = signal.aborted ? `no end within ${this.allLogsMs / 1000} s` : describeError(error);
      return chunks.length === 0
        ? Buffer.from(`the log of pod ${name} cannot be read: ${why}\n`)
        : Buffer.concat([...chunks, Buffer.from(`\nthe log of pod ${name} is cut off here: ${why}\n`)]);
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
