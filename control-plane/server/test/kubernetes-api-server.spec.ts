import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunDto } from '../src/runs/dto/run.dto.js';
import { ClusterWorkspace } from './support/cluster/cluster-workspace.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { until } from './support/until.js';

const STAGES = { extract: {}, filter: {}, score: {} };

describe('an API server', () => {
  let cluster: ClusterWorkspace;
  let running: TestServer;

  beforeEach(async () => {
    cluster = await ClusterWorkspace.create();
    cluster.workspace.addModel('quality');
  });

  afterEach(async () => {
    await running.server.close('end');
    await cluster.remove();
  });

  const start = async (extra: Readonly<Record<string, string>> = {}) => {
    running = await startTestServer(cluster.workspace, cluster.env(extra));
  };
  const submit = (stages: Readonly<Record<string, object>> = STAGES) =>
    running.api.submit(cluster.workspace, cluster.workspace.recipe(stages));
  const codes = (run: RunDto) => run.steps[0]!.attempts.map((attempt) => attempt.problem?.code ?? null);
  const isRunning = (run: RunDto) => run.steps[0]!.attempts.at(-1)?.state === 'running';

  it('that is away makes the server unready with the reason, and runs wait', async () => {
    await cluster.api.goAway();
    await start();
    const submitted = await submit({ extract: {} });
    const checks = async () =>
      (await running.api.get<{ checks: Record<string, string> }>('/readyz')).body.checks['executor'] ?? '';
    await until(async () => (await checks()).includes('ECONNREFUSED'));
    expect((await running.api.get('/readyz')).status).toBe(503);
    await until(async () => (await running.api.run(submitted.id)).state === 'running');
    await cluster.api.comeBack();
    const run = await running.api.finished(submitted.id);
    expect([run.state, codes(run)]).toEqual(['succeeded', [null]]);
    await until(async () => (await running.api.get('/readyz')).status === 200);
  });

  it('that restarts in the middle loses nothing', async () => {
    await start();
    cluster.workspace.behave({ extract: { workMs: 1500 } });
    const submitted = await submit();
    await running.api.until(submitted.id, isRunning);
    await cluster.api.goAway();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await cluster.api.comeBack();
    const run = await running.api.finished(submitted.id);
    expect([run.state, run.steps.flatMap((step) => step.attempts).length]).toEqual(['succeeded', 3]);
    cluster.expectOneCreatePerAttempt(run);
  });

  it('that lacks a CRD makes the server unready with its name', async () => {
    cluster.api.store.kinds.delete('rayjobs');
    await start();
    await until(async () => (await running.api.get('/readyz')).status === 503);
    const ready = await running.api.get<{ checks: Record<string, string> }>('/readyz');
    expect(ready.body.checks['executor']).toContain('the cluster does not know rayjobs.ray.io');
    const submitted = await submit({ extract: {}, score: {} });
    await running.api.until(submitted.id, (run) => run.steps[1]!.attempts.length === 1);
    cluster.api.store.kinds.add('rayjobs');
    const run = await running.api.finished(submitted.id);
    expect([run.state, run.steps.flatMap((step) => step.attempts).length]).toEqual(['succeeded', 2]);
  });

  it('that forbids a verb fails the run with the rule that is missing', async () => {
    await start();
    cluster.api.intercept = ({ verb }) =>
      verb === 'create'
        ? {
            kind: 'status',
            status: 403,
            reason: 'Forbidden',
            message:
              'sparkapplications.sparkoperator.k8s.io is forbidden: User "u" cannot create resource "sparkapplications" in API group "sparkoperator.k8s.io" in the namespace "jobs"',
          }
        : undefined;
    const run = await running.api.finished((await submit({ extract: {} })).id);
    expect([run.state, run.problem?.code, codes(run).length]).toEqual(['failed', 'KUBERNETES_FORBIDDEN', 1]);
    expect(run.problem?.message).toBe(
      'the server may not create sparkapplications.sparkoperator.k8s.io in namespace jobs; add to its Role: { apiGroups: ["sparkoperator.k8s.io"], resources: ["sparkapplications"], verbs: ["create"] }',
    );
  });

  it.each([
    ['is full', 'exceeded quota: jobs, requested: count/sparkapplications=1'],
    ['has not been counted yet', 'status unknown for quota: jobs, resources: count/sparkapplications'],
  ])('whose quota %s lets attempts wait for room', async (_, words) => {
    await start();
    let refused = 0;
    cluster.api.intercept = ({ verb }) => {
      if (verb !== 'create' || refused >= 1) return undefined;
      refused += 1;
      const message = `forbidden: ${words}`;
      return { kind: 'status', status: 403, reason: 'Forbidden', message };
    };
    const run = await running.api.finished((await submit({ extract: {} })).id);
    expect([run.state, codes(run), refused]).toEqual(['succeeded', [null], 1]);
  });

  it('that refuses an object fails the run with its words', async () => {
    await start();
    const message = 'admission webhook "validate-app.sparkoperator.k8s.io" denied the request: no';
    cluster.api.intercept = ({ verb }) =>
      verb === 'create' ? { kind: 'status', status: 400, reason: 'BadRequest', message } : undefined;
    const run = await running.api.finished((await submit({ extract: {} })).id);
    expect([run.problem?.code, codes(run).length]).toEqual(['KUBERNETES_REJECTED', 1]);
    expect(run.problem?.message).toContain(message);
  });
});
