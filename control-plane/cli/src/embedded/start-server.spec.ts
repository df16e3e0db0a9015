import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { makeFolder, removeFolders } from '../testing/fixtures.js';
import { findHome, findServer, findToken } from './home.js';
import type { EmbeddedHome } from './home.js';
import { ensureServer } from './start-server.js';
import type { StartOptions } from './start-server.js';

/** A server that writes its file, counts its starts and answers /readyz. */
const FAKE_SERVER = `
const fs = require('node:fs');
const home = process.env.CORPUSMILL_HOME;
fs.appendFileSync(home + '/starts', process.pid + '\\n');
const server = require('node:http').createServer((_, response) => response.end('ok'));
setTimeout(() => server.listen(0, '127.0.0.1', () => {
  const stat = fs.readFileSync('/proc/self/stat', 'latin1');
  const pidStartTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  fs.writeFileSync(home + '/server.json', JSON.stringify({ url: 'http://127.0.0.1:' + server.address().port, pid: process.pid, pidStartTime }));
}), 300);
setTimeout(() => process.exit(0), 20000);
`;

let folder: string;
let home: EmbeddedHome;

beforeEach(() => {
  folder = makeFolder();
  home = findHome({ CORPUSMILL_HOME: folder }, '/');
});

afterEach(async () => {
  const pids = existsSync(join(folder, 'starts'))
    ? readFileSync(join(folder, 'starts'), 'utf8').trim().split('\n')
    : [];
  for (const pid of pids) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
  await sleep(20);
  removeFolders();
});

function options(script: string, timeoutMs = 15_000): StartOptions {
  writeFileSync(join(folder, 'fake.cjs'), script);
  const command = [process.execPath, join(folder, 'fake.cjs')];
  return { env: { PATH: process.env['PATH'] }, cwd: folder, command, timeoutMs, onWait: () => undefined };
}

function starts(): number {
  return readFileSync(join(folder, 'starts'), 'utf8').trim().split('\n').length;
}

describe('ensureServer', () => {
  it('starts one server for many command lines at once', async () => {
    const records = await Promise.all(
      Array.from({ length: 6 }, () => ensureServer(home, options(FAKE_SERVER))),
    );
    expect(new Set(records.map((record) => record.url)).size).toBe(1);
    expect(starts()).toBe(1);
    expect(existsSync(home.lockFile)).toBe(false);
  }, 20_000);

  it('uses the server that runs', async () => {
    const first = await ensureServer(home, options(FAKE_SERVER));
    expect(await ensureServer(home, options('throw new Error("not again")'))).toEqual(first);
  }, 20_000);

  it('starts another one where the last was killed', async () => {
    const first = await ensureServer(home, options(FAKE_SERVER));
    process.kill(first.pid, 'SIGKILL');
    while ((await findServer(home)) !== null) await sleep(10);
    const second = await ensureServer(home, options(FAKE_SERVER));
    expect(second.pid).not.toBe(first.pid);
  }, 20_000);

  it('takes the lock of a starter that is dead', async () => {
    writeFileSync(
      home.lockFile,
      JSON.stringify({ pid: process.pid, startTime: 'another process with this pid' }),
    );
    expect((await ensureServer(home, options(FAKE_SERVER))).url).toMatch(/^http:/);
  }, 20_000);

  it('shows the end of the log where the server dies', async () => {
    const failing = ensureServer(
      home,
      options('console.error("line one\\n\\u001b[31mno database"); process.exit(3)'),
    );
    await expect(failing).rejects.toMatchObject({
      code: 'SERVER_START_FAILED',
      exitCode: 8,
      message: expect.stringMatching(/exit 3[\s\S]*line one\nno database$/),
    });
    expect(existsSync(home.lockFile)).toBe(false);
  });

  it('gives up after the time that it was given', async () => {
    const never = ensureServer(
      home,
      options(
        `require('node:fs').appendFileSync(process.env.CORPUSMILL_HOME + '/starts', process.pid + '\\n'); setTimeout(() => {}, 20000)`,
        600,
      ),
    );
    await expect(never).rejects.toMatchObject({ code: 'SERVER_START_TIMEOUT', exitCode: 124 });
  });
});

describe('the home folder', () => {
  it('is CORPUSMILL_HOME, or .corpusmill where one works', () => {
    expect(findHome({}, '/data').folder).toBe('/data/.corpusmill');
    expect(findHome({ CORPUSMILL_HOME: 'x' }, '/data').folder).toBe('/data/x');
  });

  it.each(['', 'not json', '{}', '{"url":"http://x","pid":1,"pidStartTime":"0"}'])(
    'has no server where its file says %j',
    async (content) => {
      writeFileSync(home.serverFile, content);
      expect(await findServer(home)).toBeNull();
    },
  );

  it('gives the token of the environment, else of the file, else none', async () => {
    expect(await findToken(home, {})).toBeNull();
    writeFileSync(home.tokenFile, 'corpusmill_file\n');
    expect(await findToken(home, {})).toBe('corpusmill_file');
    expect(await findToken(home, { CORPUSMILL_TOKEN: 'corpusmill_env' })).toBe('corpusmill_env');
    rmSync(home.tokenFile);
  });
});
