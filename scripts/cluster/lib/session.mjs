import assert from 'node:assert/strict';

import { Bucket } from './bucket.mjs';
import { clientOf, uploadDocuments } from './demo.mjs';
import { deploy, readState } from './deployment.mjs';
import { JOBS_NAMESPACE, POLL_MILLISECONDS, kubectl, podsOf, until, workloadsOf } from './kubectl.mjs';
import { Tunnel } from './tunnel.mjs';

const RUNNING_SECONDS = 180;
const ATTEMPT_LABEL = 'corpusmill.dev/attempt';

/** The deployed control plane, a client of it, and a few documents in the bucket. */
export class Session {
  static async open() {
    const session = new Session();
    session.state = readState();
    session.bucket = new Bucket(session.state.bucket, session.state.access);
    session.documents = await uploadDocuments(session.bucket);
    session.tunnel = await Tunnel.open();
    session.client = clientOf(session.tunnel, session.state.token);
    return session;
  }

  close() {
    this.tunnel?.close();
    this.client?.remove();
  }

  /** Deploys with other settings for as long as `work` lasts. */
  async withSettings(settings, work) {
    await deploy(this.state, settings);
    this.tunnel.renew();
    try {
      await until('the API', 60, () => this.tunnel.isReady());
      return await work();
    } finally {
      await deploy(this.state);
      this.tunnel.renew();
      await until('the API', 60, () => this.tunnel.isReady());
    }
  }

  /** Submits a recipe of extract and `more` stages over the documents; every `name` is a new version. */
  async submit(name, more = {}) {
    const recipe = {
      apiVersion: 'corpusmill.dev/v1',
      name,
      sources: [{ name, kind: 'jsonl', uris: [this.documents], domain: 'web' }],
      stages: { extract: { languages: ['en'] }, ...more },
    };
    return this.client.json('run', this.client.recipe(recipe));
  }

  /** As submit, where the server may be killed before it answers: the run is then found by its name. */
  async submitted(name, more = {}) {
    const answer = await this.submit(name, more).catch(() => null);
    if (answer) return answer;
    this.tunnel.renew();
    return until(`a run of ${name}`, 60, async () => {
      const { status, stdout } = await this.client.run('runs', 'list', '--json');
      return status === 0 ? JSON.parse(stdout).items.find((run) => run.name === name) : null;
    });
  }

  /** Waits until the run has a custom resource of this kind with a running pod: { workload, pod }. */
  async running(runId, kind = 'SparkApplication') {
    return until(`a running pod of a ${kind} of run ${runId}`, RUNNING_SECONDS, () => {
      const workload = workloadsOf(runId).find((one) => one.kind === kind);
      const attempt = workload?.metadata.labels[ATTEMPT_LABEL];
      const pod = podsOf(runId).find(
        ({ metadata, status }) => status.phase === 'Running' && metadata.labels[ATTEMPT_LABEL] === attempt,
      );
      return pod && workload ? { pod, workload } : null;
    });
  }

  /** The run's end; `uids` gathers the custom resources that were seen by attempt. */
  async finish(runId, uids = new Map()) {
    const look = () => {
      for (const { metadata } of workloadsOf(runId)) {
        const attempt = metadata.labels[ATTEMPT_LABEL];
        uids.set(attempt, (uids.get(attempt) ?? new Set()).add(metadata.uid));
      }
    };
    return this.client.waitFor(runId, look, POLL_MILLISECONDS);
  }

  /** The run has ended well after so many attempts of each stage, each with one custom resource of those seen, and left nothing. */
  async assertSucceeded(run, attempts, uids) {
    assert.equal(run.state, 'succeeded', JSON.stringify(run.problem));
    assert.deepEqual(
      run.steps.map((step) => step.attempts.length),
      attempts,
      JSON.stringify(run.steps.map((step) => step.attempts)),
    );
    for (const [attempt, seen] of uids)
      assert.equal(seen.size, 1, `${attempt} had ${seen.size} custom resources`);
    await this.isClean(run.id);
  }

  /** Nothing of the run is left in the cluster within a minute. */
  async isClean(runId) {
    return until('the cluster to be clean', 60, () => workloadsOf(runId).length + podsOf(runId).length === 0);
  }
}

/** Changes a custom resource or another object of the jobs' namespace. */
export const patch = (kind, name, change) =>
  kubectl([
    'patch',
    kind,
    name,
    '--namespace',
    JOBS_NAMESPACE,
    '--type',
    'merge',
    '--patch',
    JSON.stringify(change),
  ]);
