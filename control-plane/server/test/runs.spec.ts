import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

describe('runs', () => {
  let workspace: Workspace;
  let running: TestServer;

  beforeEach(async () => {
    workspace = await Workspace.create();
    running = await startTestServer(workspace);
  });

  afterEach(async () => {
    await running.server.close('end');
    await workspace.remove();
  });

  it('runs every stage once and commits its versions', async () => {
    const { api } = running;
    workspace.addModel('quality');
    const stages = { extract: {}, filter: {}, dedup: {}, score: {}, scrub: {}, tokenize: {}, mix: {} };
    const submitted = await api.submit(workspace, workspace.recipe(stages));
    const run = await api.finished(submitted.id);
    expect(run.problem).toBeNull();
    expect(run.state).toBe('succeeded');
    expect(run.steps.map((step) => step.state)).toEqual(Array.from({ length: 7 }, () => 'succeeded'));
    expect(run.steps.map((step) => step.attempts.length)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(workspace.journal().filter((line) => line.startsWith('claim'))).toHaveLength(7);
  });
});
