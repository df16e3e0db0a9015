import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import type { RunDto } from '../src/runs/dto/run.dto.js';
import { workloadPids } from './support/processes.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

describe('cancelling', () => {
  let workspace: Workspace;
  let running: TestServer;

  beforeEach(async () => {
    workspace = await Workspace.create();
    workspace.addModel('quality');
    running = await startTestServer(workspace);
  });

  afterEach(async () => {
    await running.server.close('end');
    await workspace.remove();
  });

  const isWorking = (stage: string) => (run: RunDto) =>
    run.steps.some(
      (step) => step.stage === stage && step.attempts.some((attempt) => attempt.state === 'running'),
    );

  it('ends a Spark host with all its processes, those in groups of their own too', async () => {
    workspace.behave({ extract: { hang: 99, child: true } });
    const submitted = await running.api.submit(workspace);
    await running.api.until(submitted.id, isWorking('extract'));
    expect(workloadPids(workspace.folder).length).toBeGreaterThanOrEqual(2);
    expect((await running.api.command(submitted.id, 'cancel')).status).toBe(202);
    const run = await running.api.finished(submitted.id);
    expect(run.state).toBe('cancelled');
    expect(run.steps.map((step) => step.state)).toEqual(['cancelled', 'cancelled']);
    expect(run.steps[0]!.attempts[0]!.state).toBe('cancelled');
    expect(workloadPids(workspace.folder)).toEqual([]);
  });

  it('kills a process that ignores SIGTERM', async () => {
    await running.server.close('end');
    running = await startTestServer(workspace, { FAKE_IGNORE_TERM: '1' });
    workspace.behave({ extract: { hang: 99 } });
    const submitted = await running.api.submit(workspace);
    await running.api.until(submitted.id, isWorking('extract'));
    await running.api.command(submitted.id, 'cancel');
    expect((await running.api.finished(submitted.id)).state).toBe('cancelled');
    expect(workloadPids(workspace.folder)).toEqual([]);
  });

  it('ends a Ray process, keeps what was committed, and goes on after retry', async () => {
    workspace.behave({ score: { hang: 1, child: true } });
    const submitted = await running.api.submit(workspace, workspace.recipe({ extract: {}, score: {} }));
    await running.api.until(submitted.id, isWorking('score'));
    await running.api.command(submitted.id, 'cancel');
    const cancelled = await running.api.finished(submitted.id);
    expect(cancelled.state).toBe('cancelled');
    expect(cancelled.steps.map((step) => step.state)).toEqual(['succeeded', 'cancelled']);
    await running.api.command(submitted.id, 'retry');
    const run = await running.api.finished(submitted.id);
    expect(run.state).toBe('succeeded');
    expect(run.steps[1]!.attempts.map((attempt) => attempt.state)).toEqual(['cancelled', 'succeeded']);
  });

  it('takes back an attempt that waits for room', async () => {
    workspace.behave({ extract: { hang: 99 } });
    const first = await running.api.submit(workspace);
    await running.api.until(first.id, isWorking('extract'));
    const second = await running.api.submit(workspace, workspace.recipe({ extract: { comments: true } }));
    await running.api.until(second.id, (run) => run.steps[0]!.attempts.length === 1);
    await setTimeout(300);
    expect((await running.api.run(second.id)).steps[0]!.attempts[0]!.state).toBe('created');
    await running.api.command(second.id, 'cancel');
    expect((await running.api.finished(second.id)).state).toBe('cancelled');
    expect(workspace.journal().filter((line) => line.startsWith('claim'))).toHaveLength(1);
    await running.api.command(first.id, 'cancel');
    await running.api.finished(first.id);
  });

  it('refuses to cancel a run that has ended', async () => {
    const run = await running.api.finished((await running.api.submit(workspace)).id);
    const answer = await running.api.command(run.id, 'cancel');
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'RUN_STATE_CONFLICT' });
  });

  it('leaves one end state and no process where cancel meets completion', async () => {
    workspace.behave({ extract: { workMs: 120 }, filter: { workMs: 120 } });
    const submitted = await running.api.submit(workspace);
    await setTimeout(600);
    const answer = await running.api.command(submitted.id, 'cancel');
    expect([202, 409]).toContain(answer.status);
    const run = await running.api.finished(submitted.id);
    expect(['cancelled', 'succeeded']).toContain(run.state);
    const commits = workspace.journal().filter((line) => line.startsWith('commit')).length;
    expect(run.steps.filter((step) => step.state === 'succeeded')).toHaveLength(commits);
  });
});
