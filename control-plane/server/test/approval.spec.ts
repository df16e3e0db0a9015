import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDto, RunEventDto } from '../src/runs/dto/run.dto.js';
import type { Api } from './support/api.js';
import { ServerProcess } from './support/server-process.js';
import { Workspace } from './support/workspace.js';

const STAGES = { extract: {}, filter: {}, dedup: {} };

describe('a version that waits for approval', () => {
  let workspace: Workspace;
  let server: ServerProcess;

  beforeEach(async () => {
    workspace = await Workspace.create();
    workspace.behave({ filter: { hold: true } });
    server = await ServerProcess.start(workspace);
  });

  afterEach(async () => {
    await server.kill('SIGTERM');
    await workspace.remove();
  });

  const isHeld = (run: RunDto): boolean => run.steps[1]!.state === 'waiting-approval';

  async function held(api: Api): Promise<RunDto> {
    return api.until((await api.submit(workspace, workspace.recipe(STAGES))).id, isHeld);
  }

  const manifestOf = (run: RunDto): string =>
    join(workspace.home, 'store', 'versions', 'filter', run.steps[1]!.versionKey, 'manifest.json');

  it('stops the run with the reason, commits nothing, and starts no later step', async () => {
    workspace.behave({ filter: { hold: true, workMs: 1000 } }); // long enough to be seen at work
    const run = await held(server.api);
    expect(run.state).toBe('running');
    expect(run.steps.map((step) => step.state)).toEqual(['succeeded', 'waiting-approval', 'pending']);
    expect(run.steps[1]!.problem).toMatchObject({ code: 'MAX_REMOVED_FRACTION_EXCEEDED', retryable: false });
    expect(existsSync(manifestOf(run))).toBe(false);
    const events = await server.api.get<{ items: RunEventDto[] }>(`/v1/runs/${run.id}/events`, {
      Accept: 'application/json',
    });
    const types = events.body.items.filter((event) => event.stage === 'filter').map((event) => event.type);
    expect(types.filter((type) => type !== 'step.progress')).toEqual([
      'step.started',
      'attempt.created',
      'attempt.submitted',
      'attempt.running',
      'attempt.held',
      'step.waiting-approval',
    ]);
  });

  it('is committed as it was written once it is approved, without a second attempt', async () => {
    const { id } = await held(server.api);
    const answer = await server.api.command(id, 'approve');
    expect(answer.status).toBe(202);
    const run = await server.api.finished(id);
    expect(run.steps.map((step) => `${step.state} ${step.attempts.length}`)).toEqual([
      'succeeded 1',
      'succeeded 1',
      'succeeded 1',
    ]);
    expect(run.steps[1]!.problem).toBeNull();
    expect(existsSync(manifestOf(run))).toBe(true);
  });

  it('fails the run once it is denied, and waits again after a retry', async () => {
    const { id } = await held(server.api);
    expect((await server.api.command(id, 'deny')).status).toBe(202);
    const run = await server.api.finished(id);
    expect(run.state).toBe('failed');
    expect(run.problem?.code).toBe('MAX_REMOVED_FRACTION_EXCEEDED');
    expect(existsSync(manifestOf(run))).toBe(false);
    await server.api.command(id, 'retry');
    const again = await server.api.until(id, (seen) => seen.steps[1]!.attempts.length === 2 && isHeld(seen));
    expect(again.steps[1]!.state).toBe('waiting-approval');
  });

  it('can be cancelled', async () => {
    const { id } = await held(server.api);
    await server.api.command(id, 'cancel');
    const run = await server.api.finished(id);
    expect(run.state).toBe('cancelled');
    expect(run.steps[1]!.attempts[0]!.state).toBe('cancelled');
  });

  it.each(['approve', 'deny'] as const)('cannot be asked for where nothing waits: %s', async (action) => {
    const { id } = await held(server.api);
    await server.api.command(id, 'deny');
    await server.api.finished(id);
    const answer = await server.api.command(id, action);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'RUN_STATE_CONFLICT' });
  });

  it('still waits after a kill, and an approval that a kill interrupts is carried out', async () => {
    const { id } = await held(server.api);
    await server.kill();
    server = await ServerProcess.start(workspace, { CORPUSMILL_CRASH_AT: 'after-approved-commit' });
    expect(isHeld(await server.api.run(id))).toBe(true);
    await server.api.command(id, 'approve').catch(() => undefined);
    expect(await server.ended()).toBe('SIGKILL');
    server = await ServerProcess.start(workspace);
    const run = await server.api.finished(id);
    expect(run.state).toBe('succeeded');
    expect(run.steps[1]!.attempts.length).toBe(1);
  });

  it('ends as reused where another run commits the same version', async () => {
    const first = await held(server.api);
    const second = await held(server.api);
    await server.api.command(first.id, 'approve');
    await server.api.finished(first.id);
    const run = await server.api.finished(second.id);
    expect(run.steps[1]!.state).toBe('reused');
    expect(run.steps[1]!.reusedFromRun).toBe(first.id);
  });
});
