import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Api } from './api.js';
import { SERVER_FOLDER } from './paths.js';
import type { Workspace } from './workspace.js';

const START_TIMEOUT_MS = 120_000;

/** A server as a process of its own, to be killed. */
export class ServerProcess {
  private constructor(
    readonly api: Api,
    private readonly child: ChildProcess,
  ) {}

  static async start(
    workspace: Workspace,
    extra: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): Promise<ServerProcess> {
    const env = workspace.env(extra);
    const home = env['CORPUSMILL_HOME']!;
    const serverFile = join(home, 'server.json');
    rmSync(serverFile, { force: true });
    if (extra['DATABASE_URL'] === '') delete env['DATABASE_URL'];
    const child = spawn(process.execPath, [join(SERVER_FOLDER, 'dist', 'main.js'), 'serve', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    for (let waited = 0; !existsSync(serverFile); waited += 50) {
      if (child.exitCode !== null || waited > START_TIMEOUT_MS)
        throw new Error(`server did not start: ${output}`);
      await setTimeout(50);
    }
    const { url } = JSON.parse(readFileSync(serverFile, 'utf8')) as { url: string };
    const token = extra['CORPUSMILL_TOKEN'] ?? readFileSync(join(home, 'token'), 'utf8').trim();
    return new ServerProcess(new Api(url, token), child);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The signal or exit status that it ended with. */
  async ended(): Promise<string> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await new Promise((resolve) => this.child.once('exit', resolve));
    }
    return String(this.child.signalCode ?? this.child.exitCode);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<string> {
    this.child.kill(signal);
    return this.ended();
  }

  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }
}
