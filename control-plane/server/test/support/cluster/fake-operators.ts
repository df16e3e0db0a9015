import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { SERVER_FOLDER } from '../paths.js';
import type { FakeApiServer } from './fake-api-server.js';
import type { FakeObject, StoreEvent } from './fake-store.js';

/** What the operators do with the custom resource of a stage. */
export interface OperatorBehaviour {
  /** The pod never starts, for this reason. */
  readonly stuck?: { readonly reason: string; readonly message: string };
  /** No operator looks at it. */
  readonly ignored?: boolean;
  /** The status is not written any more once the job runs. */
  readonly frozen?: boolean;
  /** What the status says at the end, whatever the job did. */
  readonly finalState?: string;
  /** A Spark driver runs, but this is all that becomes of its executor; null: no pod is made. */
  readonly executor?: Readonly<Record<string, unknown>> | null;
  /** The driver's container ends as if the kernel had killed it for its memory. */
  readonly outOfMemory?: boolean;
}

const CRS = new Set(['sparkapplications', 'rayjobs']);

/** Spark and Ray operators, kubelet and garbage collection in one: each custom resource gets one pod, a process. */
export class FakeOperators {
  behaviour: Readonly<Record<string, OperatorBehaviour>> = {};
  isDown = false;
  readonly specUris: string[] = [];
  private readonly processes = new Map<string, ChildProcess>();
  private readonly onChange = (event: StoreEvent): void => this.take(event);

  constructor(
    private readonly api: FakeApiServer,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    api.store.changes.on('change', this.onChange);
  }

  /** Processes of pods that run. */
  get running(): number {
    return this.processes.size;
  }

  /** Looks at what came while it was down. */
  resume(): void {
    this.isDown = false;
    for (const plural of CRS) for (const object of this.api.store.list(plural)) this.begin(plural, object);
  }

  stop(): void {
    this.api.store.changes.off('change', this.onChange);
    for (const child of this.processes.values()) child.kill('SIGKILL');
  }

  private take({ plural, type, object }: StoreEvent): void {
    if (plural === 'pods' && type === 'DELETED') this.processes.get(object.metadata.name)?.kill('SIGKILL');
    if (!CRS.has(plural)) return;
    if (type === 'DELETED') setImmediate(() => this.collect(object));
    else if (!this.isDown) setImmediate(() => this.begin(plural, object));
  }

  /** What the deleted object owned goes with it. */
  private collect({ metadata }: FakeObject): void {
    for (const pod of this.api.store.list('pods')) {
      if (pod.metadata['owner'] === metadata.uid) this.api.store.remove('pods', pod.metadata.name);
    }
  }

  private begin(plural: string, { metadata: { name } }: FakeObject): void {
    const current = this.api.store.get(plural, name);
    const podName = `${name}-driver`;
    if (current === undefined || this.api.store.get('pods', podName) !== undefined || isOver(current)) return;
    const behaviour = this.behaviourOf(current);
    if (behaviour.ignored === true || current.spec?.['suspend'] === true) return this.idle(plural, current);
    this.createPod(current, podName, behaviour);
    if (plural === 'sparkapplications') this.createExecutor(current, behaviour);
    this.setState(plural, name, behaviour.stuck ? 'waiting' : 'running');
    if (behaviour.stuck === undefined) this.run(plural, current, podName);
  }

  private idle(plural: string, object: FakeObject): void {
    const isSuspended = object.spec?.['suspend'] === true;
    if (isSuspended && stateOf(object) !== SUSPENDED[plural])
      this.write(plural, object.metadata.name, SUSPENDED[plural]!);
  }

  private createPod(object: FakeObject, name: string, { stuck }: OperatorBehaviour): void {
    const labels = { ...object.metadata.labels, 'spark-role': 'driver' };
    const waiting = stuck && { name: 'main', state: { waiting: stuck } };
    this.api.store.create('pods', {
      metadata: { name, labels, owner: object.metadata.uid } as never,
      status: { phase: stuck ? 'Pending' : 'Running', containerStatuses: waiting ? [waiting] : [] },
    });
  }

  private createExecutor(
    object: FakeObject,
    { stuck, executor = { phase: 'Running' } }: OperatorBehaviour,
  ): void {
    if (stuck !== undefined || executor === null) return;
    const labels = { ...object.metadata.labels, 'spark-role': 'executor' };
    const metadata = { name: `${object.metadata.name}-exec-1`, labels, owner: object.metadata.uid };
    this.api.store.create('pods', { metadata: metadata as never, status: executor });
  }

  private run(plural: string, object: FakeObject, podName: string): void {
    const uri = specUriOf(object);
    this.specUris.push(uri);
    const program = join(SERVER_FOLDER, 'test', 'support', 'fake-python.mjs');
    const child = spawn(process.execPath, [program, '-m', 'corpusmill_ray', uri], {
      env: { ...this.environment, CORPUSMILL_WORKLOAD: podName },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.processes.set(podName, child);
    this.api.logs.set(podName, '');
    child.stdout.on('data', (chunk: Buffer) => {
      this.api.logs.set(podName, (this.api.logs.get(podName) ?? '') + chunk.toString());
    });
    child.once('exit', (code) => {
      this.processes.delete(podName);
      this.ended(plural, object.metadata.name, { podName, code: code ?? 137 });
    });
  }

  private ended(plural: string, name: string, { podName, code }: { podName: string; code: number }): void {
    if (this.api.store.get('pods', podName) === undefined) return; // deleted: nobody hears of its end
    const object = this.api.store.get(plural, name);
    const behaviour = object === undefined ? {} : this.behaviourOf(object);
    const reason = behaviour.outOfMemory === true ? 'OOMKilled' : code === 0 ? 'Completed' : 'Error';
    const exitCode = behaviour.outOfMemory === true ? 137 : code;
    this.api.store.patch('pods', podName, (pod) => {
      const state = { terminated: { exitCode, reason } };
      pod.status = {
        phase: exitCode === 0 ? 'Succeeded' : 'Failed',
        containerStatuses: [{ name: 'main', state }],
      };
    });
    if (behaviour.frozen === true || this.isDown) return;
    const final = exitCode === 0 ? 'succeeded' : 'failed';
    if (behaviour.finalState === undefined) this.setState(plural, name, final);
    else this.write(plural, name, behaviour.finalState);
  }

  private setState(plural: string, name: string, state: keyof (typeof STATES)['rayjobs']): void {
    this.write(plural, name, STATES[plural as keyof typeof STATES][state]);
  }

  private write(plural: string, name: string, state: string): void {
    this.api.store.patch(plural, name, (object) => {
      object.status =
        plural === 'rayjobs'
          ? { jobDeploymentStatus: state }
          : { applicationState: { state, errorMessage: '' } };
    });
  }

  private behaviourOf(object: FakeObject): OperatorBehaviour {
    const stage = object.metadata.labels?.['corpusmill.dev/stage'] ?? '';
    return this.behaviour[object.metadata.name] ?? this.behaviour[stage] ?? {};
  }
}

const SUSPENDED: Readonly<Record<string, string>> = { sparkapplications: 'SUSPENDED', rayjobs: 'Suspended' };

const STATES = {
  sparkapplications: { waiting: 'SUBMITTED', running: 'RUNNING', succeeded: 'COMPLETED', failed: 'FAILED' },
  rayjobs: { waiting: 'Initializing', running: 'Running', succeeded: 'Complete', failed: 'Failed' },
} as const;

function stateOf({ status }: FakeObject): string {
  const { applicationState, jobDeploymentStatus = '' } = (status ?? {}) as {
    applicationState?: { state: string };
    jobDeploymentStatus?: string;
  };
  return applicationState?.state ?? jobDeploymentStatus;
}

function isOver(object: FakeObject): boolean {
  return ['COMPLETED', 'FAILED', 'Complete', 'Failed'].includes(stateOf(object));
}

function specUriOf({ spec }: FakeObject): string {
  const given = (spec?.['arguments'] as string[] | undefined)?.[0];
  return given ?? String(spec?.['entrypoint']).split(' ').at(-1)!;
}
