import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VersionDto } from '../src/datasets/dto/dataset.dto.js';
import type { RunDto } from '../src/runs/dto/run.dto.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

describe('chunks of a recipe', () => {
  let workspace: Workspace;
  let running: TestServer;

  beforeAll(async () => {
    workspace = await Workspace.create();
    running = await startTestServer(workspace);
  });

  afterAll(async () => {
    await running.server.close('end');
    await workspace.remove();
  });

  async function run(tokenize: object): Promise<RunDto> {
    const recipe = workspace.recipe({ extract: {}, tokenize }, 'cut');
    return running.api.finished((await running.api.submit(workspace, recipe)).id);
  }

  async function version(): Promise<VersionDto> {
    return (await running.api.get<VersionDto>('/v1/datasets/cut/versions/latest')).body;
  }

  it('are those of the run that last led to a version, and no part of it', async () => {
    const first = await run({ chunks: { maxTokens: 512 } });
    expect(await version()).toMatchObject({ stage: 'tokenize', chunkTokens: 512 });
    expect((await version()).settings).not.toHaveProperty('chunks');
    const second = await run({ chunks: {} });
    expect(second.steps[1]!.versionKey).toBe(first.steps[1]!.versionKey);
    await run({ chunks: { maxTokens: 64 } });
    expect((await version()).chunkTokens).toBe(64);
    const versions = await running.api.get<{ items: VersionDto[] }>('/v1/datasets/cut/versions');
    expect(versions.body.items.map(({ chunkTokens }) => chunkTokens)).toEqual([64]);
    await run({});
    expect((await version()).chunkTokens).toBeNull();
  });
});
