import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workloadPids } from './support/processes.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

describe('deadlines and limits', () => {
  let workspace: Workspace;
  let running: TestServer;

  beforeEach(async () => {
    workspace = await Workspace.create();
    running = await startTestServer(workspace, {
      CORPUSMILL_CLAIM_DEADLINE_SECONDS: '5',
      CORPUSMILL_ACTIVITY_DEADLINE_SECONDS: '5',
    });
  });

  afterEach(async () => {
    await running.server.close('end');
    await workspace.remove();
  });

  it('closes the claim of a workload that does not begin, and tries again', async () => {
    workspace.behave({ extract: { noClaim: 1 } });
    const run = await running.api.finished((await running.api.submit(workspace)).id);
    expect(run.state).toBe('succeeded');
    const [first, second] = run.steps[0]!.attempts;
    expect([first!.state, first!.problem?.code]).toEqual(['lost', 'WORKLOAD_NOT_STARTED']);
    expect(second!.state).toBe('succeeded');
    const claim = join(workspace.home, 'store', 'runs', run.id, 'extract', first!.id, 'claim.json');
    expect(JSON.parse(readFileSync(claim, 'utf8'))).toMatchObject({
      holder: 'control-plane',
      attemptId: first!.id,
    });
    expect(workspace.journal().filter((line) => line === `claim ${first!.id}`)).toEqual([]);
  });

  it('ends a workload without progress as silent', async () => {
    workspace.addModel('quality');
    workspace.behave({ score: { silent: 1, hang: 1 } });
    const submitted = await running.api.submit(workspace, workspace.recipe({ extract: {}, score: {} }));
    const run = await running.api.finished(submitted.id);
    expect(run.state).toBe('succeeded');
    expect(run.steps[1]!.attempts.map((attempt) => attempt.problem?.code ?? null)).toEqual([
      'WORKLOAD_SILENT',
      null,
    ]);
  });

  it('lets a workload work for longer than the deadline while it makes progress', async () => {
    workspace.behave({ extract: { workMs: 8000 } });
    const run = await running.api.finished((await running.api.submit(workspace)).id);
    expect(run.steps[0]!.attempts).toHaveLength(1);
    expect(run.state).toBe('succeeded');
  });

  it('kills a workload that uses more than its memory', async () => {
    await running.server.close('end');
    running = await startTestServer(workspace, {});
    workspace.behave({ extract: { memoryMb: 900, memoryTimes: 1, workMs: 2000 } });
    const recipe = { ...workspace.recipe({ extract: {} }), resources: { extract: { memoryMb: 512 } } };
    const run = await running.api.finished((await running.api.submit(workspace, recipe)).id);
    expect(run.steps[0]!.attempts.map((attempt) => attempt.problem?.code ?? null)).toEqual([
      'MEMORY_EXCEEDED',
      null,
    ]);
    expect(run.state).toBe('succeeded');
  });

  it('says which program is missing, without trying again', async () => {
    await running.server.close('end');
    const missing = join(workspace.folder, 'no-python');
    running = await startTestServer(workspace, { CORPUSMILL_PYTHON: missing });
    const run = await running.api.finished((await running.api.submit(workspace)).id);
    expect(run.state).toBe('failed');
    expect(run.problem?.message).toContain(missing);
    expect(run.steps[0]!.attempts).toHaveLength(1);
    expect(workloadPids(workspace.folder)).toEqual([]);
    expect(existsSync(join(workspace.home, 'store', 'versions'))).toBe(false);
  });
});
