import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunDto } from '../src/runs/dto/run.dto.js';
import { ClusterWorkspace } from './support/cluster/cluster-workspace.js';
import type { FakeRequest } from './support/cluster/fake-api-server.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { until } from './support/until.js';

const GROUPS: Readonly<Record<string, string>> = {
  sparkapplications: 'sparkoperator.k8s.io',
  rayjobs: 'ray.io',
};
const KINDS = [
  ['extract', 'sparkapplications'],
  ['score', 'rayjobs'],
] as const;
const ALL = [...Object.keys(GROUPS), 'pods'];

/** Verb, resource and group in the words of RBAC. */
const inRbac = (verb: FakeRequest['verb'], plural: string) => ({
  word: verb === 'log' ? 'get' : verb,
  part: verb === 'log' ? `${plural}/log` : plural,
  group: GROUPS[plural] ?? '',
});

/** Each verb of the Role in docs/operations/kubernetes.md, taken away. */
describe('a server that lacks a right', () => {
  let cluster: ClusterWorkspace;
  let running: TestServer;
  let lacking: Pick<FakeRequest, 'verb' | 'plural'>[];

  beforeEach(async () => {
    cluster = await ClusterWorkspace.create();
    cluster.workspace.addModel('quality');
    lacking = [];
    cluster.api.intercept = ({ verb, plural }) => {
      if (!lacking.some((one) => one.verb === verb && one.plural === plural)) return undefined;
      const { word, part, group } = inRbac(verb, plural);
      const message = `${part} is forbidden: User "u" cannot ${word} resource "${part}" in API group "${group}" in the namespace "jobs"`;
      return { kind: 'status', status: 403, reason: 'Forbidden', message };
    };
  });

  afterEach(async () => {
    lacking = [];
    await running.server.close('end');
    await cluster.remove();
  });

  const start = async (extra: Readonly<Record<string, string>> = {}) => {
    running = await startTestServer(cluster.workspace, cluster.env(extra));
  };
  /** Takes a right away; the rule that gives it back. */
  const forbid = (verb: FakeRequest['verb'], plural: string): string => {
    lacking.push({ verb, plural });
    const { word, part, group } = inRbac(verb, plural);
    return `add to its Role: { apiGroups: ["${group}"], resources: ["${part}"], verbs: ["${word}"] }`;
  };
  const allow = () => {
    lacking = [];
  };
  const submit = (stages: Readonly<Record<string, object>>) =>
    running.api.submit(cluster.workspace, cluster.workspace.recipe(stages));
  const stagesUpTo = (stage: string): Readonly<Record<string, object>> =>
    stage === 'extract' ? { extract: {} } : { extract: {}, score: {} };
  const last = (run: RunDto) => run.steps.at(-1)!.attempts.at(-1);
  const told = async () =>
    (await running.api.get<{ checks: Record<string, string> }>('/readyz')).body.checks['executor'] ?? '';
  const untilTold = (rule: string) => until(async () => (await told()).includes(rule));
  const untilReady = () => until(async () => (await told()) === 'ok', 60_000);

  describe.each(KINDS)('for the objects of %s', (stage, plural) => {
    it.each(['get', 'create'] as const)('to %s them fails the run with the rule', async (verb) => {
      const rule = forbid(verb, plural);
      await start();
      const run = await running.api.finished((await submit(stagesUpTo(stage))).id);
      expect([run.state, run.problem?.code]).toEqual(['failed', 'KUBERNETES_FORBIDDEN']);
      expect(run.problem?.message).toContain(rule);
      expect(await told()).toContain(rule);
      allow();
      await running.api.command(run.id, 'retry');
      expect((await running.api.finished(run.id)).state).toBe('succeeded');
      await untilReady();
    });

    it('to delete them shows the rule on a run that is cancelled, until it is given', async () => {
      await start();
      cluster.workspace.behave({ [stage]: { hang: 9 } });
      const submitted = await submit(stagesUpTo(stage));
      await running.api.until(submitted.id, (run) => last(run)?.state === 'running');
      const rule = forbid('delete', plural);
      await running.api.command(submitted.id, 'cancel');
      const run = await running.api.until(submitted.id, ({ problem }) => problem !== null);
      expect([run.state, run.problem?.code]).toEqual(['cancelling', 'KUBERNETES_FORBIDDEN']);
      expect(run.problem?.message).toContain(rule);
      expect(last(run)?.problem?.message).toContain(rule);
      await untilTold(rule);
      allow();
      const ended = await running.api.finished(submitted.id);
      expect([ended.state, ended.problem, last(ended)?.problem]).toEqual(['cancelled', null, null]);
      await cluster.emptied();
      await untilReady();
    });
  });

  it.each(KINDS.map(([, plural]) => plural))('to list %s is told, and runs go on', async (plural) => {
    const rule = forbid('list', plural);
    await start();
    const run = await running.api.finished((await submit({ extract: {}, score: {} })).id);
    expect(run.state).toBe('succeeded');
    await untilTold(rule);
    expect((await running.api.get('/readyz')).status).toBe(503);
    allow();
    await untilReady();
  });

  it.each(ALL)('to watch %s is told, and runs go on', async (plural) => {
    const rule = forbid('watch', plural);
    await start();
    const run = await running.api.finished((await submit({ extract: {}, score: {} })).id, 120_000);
    expect(run.state).toBe('succeeded');
    await untilTold(rule);
    allow();
    await untilReady();
  });

  it('to list pods stops no deadline, and names the rule in the problem', async () => {
    const rule = forbid('list', 'pods');
    await start({ CORPUSMILL_CLAIM_DEADLINE_SECONDS: '2', CORPUSMILL_RETRY_MAX_ATTEMPTS: '1' });
    cluster.workspace.behave({ extract: { noClaim: 9 } });
    const submitted = await submit({ extract: {} });
    const run = await running.api.until(submitted.id, ({ problem }) => problem !== null);
    expect(last(run)?.problem?.code).toBe('WORKLOAD_NOT_STARTED');
    expect(last(run)?.problem?.message).toContain(rule);
    expect([run.state, run.problem?.code]).toEqual(['running', 'KUBERNETES_FORBIDDEN']);
    await until(() => cluster.objects('sparkapplications').length === 0);
    await untilTold(rule);
    allow();
    const ended = await running.api.finished(submitted.id);
    expect([ended.state, ended.problem?.code]).toEqual(['failed', 'WORKLOAD_NOT_STARTED']);
    await untilReady();
  });

  it('to delete pods shows the rule on a run that is cancelled, until it is given', async () => {
    await start();
    cluster.workspace.behave({ extract: { hang: 9 } });
    const submitted = await submit({ extract: {} });
    const { id } = last(await running.api.until(submitted.id, (run) => last(run)?.state === 'running'))!;
    cluster.api.store.patch('pods', `${id}-driver`, (pod) => delete pod.metadata['owner']);
    const rule = forbid('delete', 'pods');
    await running.api.command(submitted.id, 'cancel');
    const run = await running.api.until(submitted.id, ({ problem }) => problem !== null);
    expect([run.state, run.problem?.code]).toEqual(['cancelling', 'KUBERNETES_FORBIDDEN']);
    expect(run.problem?.message).toContain(rule);
    await untilTold(rule);
    allow();
    expect((await running.api.finished(submitted.id)).state).toBe('cancelled');
    await cluster.emptied();
    await untilReady();
  });

  it('to read logs of pods is told by the log, and keeps no run from its end', async () => {
    const rule = forbid('log', 'pods');
    await start();
    cluster.workspace.behave({ extract: { workMs: 1500 } });
    const submitted = await submit({ extract: {} });
    await running.api.until(submitted.id, (run) => last(run)?.state === 'running');
    const live = await running.api.get<{ code: string; detail: string }>(`/v1/runs/${submitted.id}/logs`);
    expect([live.status, live.body.code]).toEqual([503, 'KUBERNETES_FORBIDDEN']);
    expect(live.body.detail).toContain(rule);
    expect((await running.api.finished(submitted.id)).state).toBe('succeeded');
    expect((await running.api.get<string>(`/v1/runs/${submitted.id}/logs`)).body).toContain(rule);
    await untilTold(rule);
    allow();
    cluster.workspace.behave({ extract: { hang: 9 } });
    const next = await submit({ extract: { comments: true } });
    await running.api.until(next.id, (run) => last(run)?.state === 'running');
    expect((await running.api.get(`/v1/runs/${next.id}/logs`)).status).toBe(200);
    await untilReady();
  });

  it('to list events is told by the problem of what did not begin', async () => {
    const rule = forbid('list', 'events');
    await start({ CORPUSMILL_CLAIM_DEADLINE_SECONDS: '2', CORPUSMILL_RETRY_MAX_ATTEMPTS: '1' });
    cluster.operators.isDown = true;
    const run = await running.api.finished((await submit({ extract: {} })).id);
    expect([run.state, run.problem?.code]).toEqual(['failed', 'WORKLOAD_NOT_STARTED']);
    expect(run.problem?.message).toContain(rule);
    await untilTold(rule);
  });
});
