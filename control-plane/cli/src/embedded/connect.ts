import { CorpusmillClient } from '@corpusmill/client';

import type { Environment, TextOutput } from '../context.js';
import { UsageError } from '../errors.js';
import { findHome, findToken } from './home.js';
import { ensureServer, startOptions } from './start-server.js';

const SPINNER = ['|', '/', '-', '\\'];

/** A client of the server at CORPUSMILL_URL, or of the embedded one, which is started where needed. */
export async function connect(env: Environment, cwd: string, stderr: TextOutput): Promise<CorpusmillClient> {
  const home = findHome(env, cwd);
  const remote = env['CORPUSMILL_URL'];
  if (remote)
    return new CorpusmillClient({ baseUrl: parseUrl(remote), token: env['CORPUSMILL_TOKEN'] || null });
  const spinner = new Spinner(stderr);
  try {
    const server = await ensureServer(
      home,
      startOptions(env, cwd, () => spinner.turn()),
    );
    return new CorpusmillClient({ baseUrl: server.url, token: await findToken(home, env) });
  } finally {
    spinner.end();
  }
}

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(`CORPUSMILL_URL: ${text} is no http or https address`);
  }
  return text.replace(/\/+$/, '');
}

/** Says that the server is starting: turning on a terminal, one line elsewhere. */
class Spinner {
  private turns = 0;

  constructor(private readonly stderr: TextOutput) {}

  turn(): void {
    if (this.stderr.isTty)
      this.stderr.write(`\r${SPINNER[this.turns % SPINNER.length] ?? ''} starting the embedded server`);
    else if (this.turns === 0) this.stderr.write('starting the embedded server\n');
    this.turns += 1;
  }

  end(): void {
    if (this.turns > 0 && this.stderr.isTty) this.stderr.write('\r\u001b[2K');
  }
}
