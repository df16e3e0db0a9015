import type { KubeEvent, Pod } from '../../kubernetes/objects.js';

/** What pods and events say of why something does not get on. Pure. */

const MAX_LENGTH = 500;
/** A failed submit's message holds the whole output of spark-submit: what matters stands far from its start. */
const TELLING = /forbidden|denied|exceeded|OutOfMemory/i;
const LEAD_LENGTH = 120;

export function isEnded(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

/** Of a Spark application. */
export function isDriver(pod: Pod): boolean {
  return pod.metadata.labels['spark-role'] === 'driver';
}

/** The kernel ended one of its containers, also where it was started again since. */
export function isOutOfMemory(pod: Pod): boolean {
  return pod.status.containerStatuses.some(({ state, lastState }) =>
    [state, lastState].some((one) => one.terminated?.reason === 'OOMKilled'),
  );
}

/** Which of the pods the kernel ended for its memory; null where it did so with none. */
export function memoryFault(pods: readonly Pod[]): string | null {
  const pod = pods.find(isOutOfMemory);
  if (pod === undefined) return null;
  const status = pod.status.containerStatuses
    .flatMap(({ state, lastState }) => [state.terminated, lastState.terminated])
    .find((one) => one?.reason === 'OOMKilled');
  return `pod ${pod.metadata.name}: OOMKilled (exit code ${status?.exitCode ?? 137})`;
}

/** The first thing that is wrong with one of the pods; null where nothing is. */
export function podFault(pods: readonly Pod[]): string | null {
  for (const pod of pods) {
    const fault = containerFault(pod) ?? schedulingFault(pod) ?? evictionFault(pod);
    if (fault !== null) return shorten(`pod ${pod.metadata.name}: ${fault}`);
  }
  return null;
}

/** The latest warning about an object of this name, or about what was made for it; null where there is none. */
export function eventFault(events: readonly KubeEvent[], owner: string): string | null {
  const warning = events
    .filter(
      ({ type, involvedObject: { name } }) =>
        type === 'Warning' && (name === owner || name.startsWith(`${owner}-`)),
    )
    .toSorted((left, right) => (left.metadata.creationTimestamp < right.metadata.creationTimestamp ? -1 : 1))
    .at(-1);
  if (warning === undefined) return null;
  const { kind, name } = warning.involvedObject;
  return shorten(`${kind} ${name}: ${join(warning.reason, warning.message)}`);
}

function containerFault(pod: Pod): string | null {
  for (const { state } of [...pod.status.initContainerStatuses, ...pod.status.containerStatuses]) {
    const { waiting, terminated } = state;
    if (waiting !== undefined && !HARMLESS.has(waiting.reason)) return join(waiting.reason, waiting.message);
    if (terminated !== undefined && terminated.exitCode !== 0) {
      return join(`${terminated.reason || 'Error'} (exit code ${terminated.exitCode})`, terminated.message);
    }
  }
  return null;
}

/** Containers that will start in a moment say so in the same place as those that cannot. */
const HARMLESS: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);

function schedulingFault(pod: Pod): string | null {
  const scheduled = pod.status.conditions.find((condition) => condition.type === 'PodScheduled');
  return scheduled?.status === 'False' ? join(scheduled.reason, scheduled.message) : null;
}

function evictionFault({ status }: Pod): string | null {
  return status.reason === '' ? null : join(status.reason, status.message);
}

/**
 * What matters of the operator's copy of spark-submit's output, which is mostly log lines and a stack trace: the API
 * server's own words where it refused something, else the exception.
 */
export function submissionFault(output: string): string {
  return refusalIn(output) ?? /Exception in thread "[^"]*" (.+)/.exec(output)?.[1] ?? output;
}

/** The API server's words in the latest exception of its Java client; null where there is none. */
export function refusalIn(output: string): string | null {
  return [...output.matchAll(/Message: (.+?)\. Received status:/gs)].at(-1)?.[1] ?? null;
}

export function join(reason: string, message: string): string {
  return message === '' ? reason : `${reason}: ${message}`;
}

/** One line of bounded length around what tells most. */
export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= MAX_LENGTH) return line;
  const at = line.search(TELLING);
  const start = at < MAX_LENGTH / 2 ? 0 : at - LEAD_LENGTH;
  return `${start === 0 ? '' : '…'}${line.slice(start, start + MAX_LENGTH)}…`;
}
