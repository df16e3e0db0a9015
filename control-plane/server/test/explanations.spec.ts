import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

describe('explaining on a server without the tools of the jobs', () => {
  let workspace: Workspace;
  let running: TestServer;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(async () => {
    await running.server.close('end');
    await workspace.remove();
  });

  async function explain(env: Readonly<Record<string, string>>) {
    running = await startTestServer(workspace, env);
    const body = { recipe: workspace.recipe(), baseUri: workspace.baseUri, text: 'one two three' };
    return running.api.post<{ code: string; detail: string }>('/v1/explanations', body);
  }
  const cure =
    'explain the same recipe with a server that has Java, Spark and the jobs\' jar, as the local one after "npm run setup" (without CORPUSMILL_URL)';

  it('says that Java is missing, and where to ask instead', async () => {
    const answer = await explain({ PATH: workspace.folder, SPARK_HOME: workspace.folder });
    expect([answer.status, answer.body.code]).toEqual([501, 'EXPLANATION_FAILED']);
    expect(answer.body.detail).toBe(
      `the filter's rules could not be run on this server (there is no java on its PATH); ${cure}`,
    );
  });

  it('says that Spark is missing', async () => {
    const answer = await explain({ CORPUSMILL_PYTHON: join(workspace.folder, 'bin', 'python') });
    expect([answer.status, answer.body.code]).toEqual([501, 'EXPLANATION_FAILED']);
    expect(answer.body.detail).toContain('(there is no Spark below ');
  });
});
