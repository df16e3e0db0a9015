import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CrashPoint } from '../src/common/crash-points.js';
import type { RunDto } from '../src/runs/dto/run.dto.js';
import { queryRows } from './support/databases.js';
import { workloadPids } from './support/processes.js';
import { ServerProcess } from './support/server-process.js';
import { Workspace } from './support/workspace.js';

const STAGES = { extract: {}, filter: {}, score: {} };

describe('a server that is killed', () => {
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
    workspace.addModel('quality');
  });

  afterEach(async () => {
    for (const pid of workloadPids(workspace.folder)) process.kill(pid, 'SIGKILL');
    await workspace.remove();
  });

  /** Every attempt was claimed at most once, every version committed once, and the catalog has them all. */
  async function expectOneWorkloadPerAttempt(run: RunDto): Promise<void> {
    const journal = workspace.journal();
    expect(new Set(journal).size).toBe(journal.length);
    const attempts = run.steps.flatMap((step) => step.attempts.map((attempt) => `claim ${attempt.id}`));
    expect(journal.filter((line) => line.startsWith('claim')).sort()).toEqual(attempts.sort());
    const rows = await queryRows<{ key: string }>(workspace.database.url, 'select key from versions');
    expect(rows.map((row) => row.key).sort()).toEqual(run.steps.map((step) => step.versionKey).sort());
  }

  const points: readonly CrashPoint[] = [
    'after-attempt-commit',
    'after-spec-write',
    'after-spawn',
    'before-harvest-commit',
    'after-harvest-commit',
  ];

  it.each(points)('goes on with the run without a second workload: %s', async (point) => {
    workspace.behave({ extract: { workMs: 300 }, score: { workMs: 300 } });
    const first = await ServerProcess.start(workspace, { CORPUSMILL_CRASH_AT: point });
    const submitted = await first.api.submit(workspace, workspace.recipe(STAGES));
    expect(await first.ended()).toBe('SIGKILL');
    const second = await ServerProcess.start(workspace, { CORPUSMILL_CRASH_AT: point });
    expect(await second.ended()).toBe('SIGKILL');
    const third = await ServerProcess.start(workspace);
    const run = await third.api.finished(submitted.id);
    expect(run.state).toBe('succeeded');
    expect(run.steps.map((step) => step.attempts.length)).toEqual([1, 1, 1]);
    await expectOneWorkloadPerAttempt(run);
    await third.kill('SIGTERM');
  });

  it('keeps a run whose answer was lost, and answers the repeated request with it', async () => {
    const first = await ServerProcess.start(workspace, { CORPUSMILL_CRASH_AT: 'after-run-commit' });
    await expect(first.api.submit(workspace, workspace.recipe(STAGES), 'same-key')).rejects.toThrow();
    const second = await ServerProcess.start(workspace);
    const repeated = await second.api.submit(workspace, workspace.recipe(STAGES), 'same-key');
    const run = await second.api.finished(repeated.id);
    expect(run.state).toBe('succeeded');
    expect(await queryRows(workspace.database.url, 'select id from runs')).toEqual([{ id: run.id }]);
    await expectOneWorkloadPerAttempt(run);
    await second.kill('SIGTERM');
  });

  it.each<CrashPoint>(['before-cancel-kill', 'after-cancel-kill'])('finishes a cancel: %s', async (point) => {
    workspace.behave({ extract: { hang: 99, child: true } });
    const first = await ServerProcess.start(workspace, { CORPUSMILL_CRASH_AT: point });
    const submitted = await first.api.submit(workspace);
    await first.api.until(submitted.id, (run) => run.steps[0]!.attempts[0]?.state === 'running');
    await first.api.command(submitted.id, 'cancel').catch(() => undefined);
    expect(await first.ended()).toBe('SIGKILL');
    const second = await ServerProcess.start(workspace);
    const run = await second.api.finished(submitted.id);
    expect(run.state).toBe('cancelled');
    expect(workloadPids(workspace.folder)).toEqual([]);
    await second.kill('SIGTERM');
  });

  it('adopts work that runs on, and work that ended while it was away', async () => {
    workspace.behave({ extract: { workMs: 1500 }, score: { workMs: 1500 } });
    const first = await ServerProcess.start(workspace);
    const submitted = await first.api.submit(workspace, workspace.recipe(STAGES));
    await first.api.until(submitted.id, (run) => run.steps[0]!.attempts[0]?.state === 'running');
    await first.kill();
    const second = await ServerProcess.start(workspace);
    await second.api.until(submitted.id, (run) => run.steps[2]!.attempts[0]?.state === 'running');
    await second.kill();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const third = await ServerProcess.start(workspace);
    const run = await third.api.finished(submitted.id);
    expect(run.state).toBe('succeeded');
    await expectOneWorkloadPerAttempt(run);
    await third.kill('SIGTERM');
  });
});
