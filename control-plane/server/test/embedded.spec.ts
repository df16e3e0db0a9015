import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Problem } from '../src/common/http/problem.dto.js';
import { ServerProcess } from './support/server-process.js';
import { Workspace } from './support/workspace.js';

describe('embedded Postgres', () => {
  let workspace: Workspace;
  const embedded = { DATABASE_URL: '' };

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(() => workspace.remove());

  const postmasterPid = () =>
    Number(readFileSync(join(workspace.home, 'pg', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);

  it('is taken over after kill -9 of the server, and started again where it was killed too', async () => {
    const first = await ServerProcess.start(workspace, embedded);
    const run = await first.api.finished((await first.api.submit(workspace)).id);
    await first.kill();
    const before = postmasterPid();
    const second = await ServerProcess.start(workspace, embedded);
    expect(postmasterPid()).toBe(before);
    expect((await second.api.run(run.id)).state).toBe('succeeded');
    await second.kill();
    process.kill(before, 'SIGKILL');
    const third = await ServerProcess.start(workspace, embedded);
    expect(postmasterPid()).not.toBe(before);
    expect((await third.api.run(run.id)).state).toBe('succeeded');
    expect(statSync(join(workspace.home, 'pg', 'password')).mode & 0o777).toBe(0o600);
    expect(await third.kill('SIGTERM')).toBe('0');
    expect(existsSync(join(workspace.home, 'pg', 'data', 'postmaster.pid'))).toBe(false);
    expect(existsSync(join(workspace.home, 'server.json'))).toBe(false);
    expect(existsSync(join(workspace.home, 'lock'))).toBe(false);
  });

  it('is away: requests get 503 and are answered again without a restart of the server', async () => {
    workspace.behave({ extract: { workMs: 3000 } });
    const server = await ServerProcess.start(workspace, embedded);
    const submitted = await server.api.submit(workspace);
    process.kill(postmasterPid(), 'SIGKILL');
    let away = await server.api.get<Problem>('/v1/runs');
    for (let tries = 0; away.status === 200 && tries < 50; tries += 1) {
      await setTimeout(20);
      away = await server.api.get<Problem>('/v1/runs');
    }
    expect([away.status, away.body.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect(away.headers.get('retry-after')).toBe('2');
    expect((await server.api.get('/healthz')).status).toBe(200);
    let state = '';
    for (let tries = 0; state !== 'succeeded' && tries < 200; tries += 1) {
      await setTimeout(100);
      state = (await server.api.run(submitted.id)).state ?? '';
    }
    expect(state).toBe('succeeded');
    expect(workspace.journal().filter((line) => line.startsWith('claim'))).toHaveLength(2);
    await server.kill('SIGTERM');
  });

  it('belongs to one server at a time', async () => {
    const first = await ServerProcess.start(workspace, embedded);
    const file = readFileSync(join(workspace.home, 'server.json'), 'utf8');
    await expect(ServerProcess.start(workspace, embedded)).rejects.toThrow(
      `another server (pid ${first.pid}) works on`,
    );
    expect(JSON.parse(file)).toMatchObject({ pid: first.pid, url: first.api.url });
    await first.kill('SIGTERM');
  });

  it("is the next server's alone where the home folder was removed under a running one", async () => {
    const first = await ServerProcess.start(workspace, embedded);
    rmSync(workspace.home, { recursive: true, maxRetries: 5 });
    const second = await ServerProcess.start(workspace, embedded);
    expect(await first.ended()).toBe('1');
    const run = await second.api.finished((await second.api.submit(workspace)).id);
    expect(run.state).toBe('succeeded');
    expect(await second.kill('SIGTERM')).toBe('0');
  });

  it('ends with a server that nobody needs', async () => {
    const server = await ServerProcess.start(workspace, embedded, ['--idle-exit', '1']);
    const submitted = await server.api.submit(workspace);
    await server.api.finished(submitted.id);
    expect(await server.ended()).toBe('0');
    expect(existsSync(join(workspace.home, 'pg', 'data', 'postmaster.pid'))).toBe(false);
  });
});
