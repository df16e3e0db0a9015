import { expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunDto } from '../../../src/runs/dto/run.dto.js';
import { until } from '../until.js';
import { Workspace } from '../workspace.js';
import { FakeApiServer } from './fake-api-server.js';
import { FakeOperators } from './fake-operators.js';
import type { FakeObject } from './fake-store.js';

/** A workspace whose servers run their jobs on a fake cluster. */
export class ClusterWorkspace {
  private constructor(
    readonly workspace: Workspace,
    readonly api: FakeApiServer,
    readonly operators: FakeOperators,
  ) {}

  /** `jobEnv`: further environment of the jobs. */
  static async create(jobEnv: Readonly<Record<string, string>> = {}): Promise<ClusterWorkspace> {
    const workspace = await Workspace.create();
    const api = await FakeApiServer.start();
    return new ClusterWorkspace(workspace, api, new FakeOperators(api, workspace.env(jobEnv)));
  }

  /** Settings of a server on this cluster, beside those of the workspace. */
  env(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      KUBECONFIG: this.api.writeKubeconfig(join(this.workspace.folder, 'kubeconfig')),
      CORPUSMILL_EXECUTOR: 'kubernetes',
      CORPUSMILL_KUBERNETES_NAMESPACE: 'jobs',
      CORPUSMILL_STORE: this.workspace.folder,
      CORPUSMILL_KUBERNETES_STORE_CLAIM: 'store',
      CORPUSMILL_SPARK_IMAGE: 'spark:test',
      CORPUSMILL_RAY_IMAGE: 'ray:test',
      ...extra,
    };
  }

  objects(plural: string): FakeObject[] {
    return this.api.store.list(plural);
  }

  /** Of all jobs that were begun. */
  get specUris(): readonly string[] {
    return this.operators.specUris;
  }

  readJson(uri: string): unknown {
    return JSON.parse(readFileSync(fileURLToPath(uri), 'utf8'));
  }

  /** As Kueue does when there is room. */
  admit(): void {
    for (const { metadata } of this.objects('sparkapplications')) {
      this.api.store.patch('sparkapplications', metadata.name, (object) => {
        object.spec = { ...object.spec, suspend: false };
        object.status = {};
      });
    }
  }

  /** As Kueue does when somebody more important comes: the pods are deleted, the object stays. */
  suspend(name: string): void {
    this.api.store.patch('sparkapplications', name, (object) => {
      object.spec = { ...object.spec, suspend: true };
      object.status = { applicationState: { state: 'SUSPENDED', errorMessage: '' } };
    });
    for (const role of ['driver', 'exec-1']) this.api.store.remove('pods', `${name}-${role}`);
  }

  /** Every attempt has had one custom resource, and there was no other. */
  expectOneCreatePerAttempt(run: RunDto): void {
    const attempts = run.steps.flatMap((step) => step.attempts);
    expect(this.api.created.toSorted()).toEqual(attempts.map((attempt) => attempt.id).sort());
  }

  /** Resolves once no custom resource, no pod and no process is left. */
  async emptied(timeoutMs = 30_000): Promise<void> {
    const isEmpty = () =>
      ['sparkapplications', 'rayjobs', 'pods'].every((plural) => this.objects(plural).length === 0);
    await until(isEmpty, timeoutMs);
    await until(() => this.operators.running === 0);
  }

  async remove(): Promise<void> {
    this.operators.stop();
    await this.api.goAway().catch(() => undefined);
    await this.workspace.remove();
  }
}
