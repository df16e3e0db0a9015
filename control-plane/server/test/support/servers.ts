import { pino } from 'pino';
import { type RunningServer, startServer } from '../../src/main.js';
import { Api } from './api.js';
import type { Workspace } from './workspace.js';

/** A server in this process. */
export interface TestServer {
  readonly server: RunningServer;
  readonly api: Api;
}

export async function startTestServer(
  workspace: Workspace,
  extra: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const server = await startServer({
    env: workspace.env(extra),
    logger: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
  });
  return { server, api: new Api(server.url, server.token) };
}
