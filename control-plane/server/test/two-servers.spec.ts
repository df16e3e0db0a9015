import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { queryRows } from './support/databases.js';
import { ServerProcess } from './support/server-process.js';
import { Workspace } from './support/workspace.js';

describe('two servers on one database and store', () => {
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(() => workspace.remove());

  const start = (number: number) =>
    ServerProcess.start(workspace, {
      CORPUSMILL_HOME: `${workspace.home}${number}`,
      CORPUSMILL_STORE: join(workspace.folder, 'store'),
      CORPUSMILL_LEASE_SECONDS: '1',
    });

  it('one acts for both; where it is paused the other one takes over, and it changes nothing when it is back', async () => {
    const [first, second] = [await start(1), await start(2)];
    const warm = await second.api.finished((await second.api.submit(workspace)).id);
    expect(warm.state).toBe('succeeded');
    first.pause();
    const submitted = await second.api.submit(
      workspace,
      workspace.recipe({ extract: { comments: true }, filter: {} }),
    );
    await second.api.until(submitted.id, (run) => run.state === 'running');
    first.resume();
    const run = await second.api.finished(submitted.id);
    expect(run.state).toBe('succeeded');
    await setTimeout(500);
    const journal = workspace.journal();
    expect(new Set(journal).size).toBe(journal.length);
    expect(run.steps.map((step) => step.attempts.length)).toEqual([1, 1]);
    const events = await queryRows<{ type: string; number: number }>(
      workspace.database.url,
      `select type, count(*)::int as number from run_events where run_id = '${run.id}' and type <> 'step.progress' group by type order by type`,
    );
    expect(events.filter((event) => event.type.startsWith('run.')).map((event) => event.number)).toEqual([
      1, 1, 1,
    ]);
    const [lease] = await queryRows<{ epoch: string }>(workspace.database.url, 'select epoch from leases');
    expect(Number(lease!.epoch)).toBeGreaterThan(1);
    await Promise.all([first.kill('SIGTERM'), second.kill('SIGTERM')]);
  });
});
