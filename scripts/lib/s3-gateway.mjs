import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { at } from './paths.mjs';
import { run } from './run.mjs';

/** Keys of the test server; no secret of anybody. */
export const TEST_KEYS = { accessKeyId: 'corpusmill', secretAccessKey: 'corpusmill-secret' };
export const TEST_REGION = 'us-east-1';

const PACKED = at('../shared/cluster/bin/versitygw.xz');
const UNPACKED = at('.tools/versitygw');
const START_MS = 20_000;

/** The S3 server's program: CORPUSMILL_TEST_S3, or the one of ../shared unpacked; null where there is neither. */
export async function findGateway() {
  const given = process.env.CORPUSMILL_TEST_S3;
  if (given) return given;
  if (existsSync(UNPACKED)) return UNPACKED;
  if (!existsSync(PACKED)) return null;
  mkdirSync(at('.tools'), { recursive: true });
  const part = `${UNPACKED}.${process.pid}`;
  const status = await run('bash', ['-c', 'xz -dc "$0" > "$1"', PACKED, part]);
  if (status !== 0) throw new Error(`${PACKED} could not be unpacked`);
  chmodSync(part, 0o755);
  renameSync(part, UNPACKED);
  return UNPACKED;
}

/**
 * Starts an S3 server over a folder of its own. `folder` holds one folder a bucket and one file an object.
 *
 * @returns {Promise<{ endpoint: string, folder: string, stop: () => Promise<void> }>}
 */
export async function startGateway(program, bucket) {
  const root = mkdtempSync(path.join(tmpdir(), 'corpusmill-s3-'));
  const folder = path.join(root, 'objects');
  mkdirSync(path.join(folder, bucket), { recursive: true });
  const port = await freePort();
  const child = spawn(
    program,
    ['--port', `127.0.0.1:${port}`, '--region', TEST_REGION, '--quiet', '--keep-alive', 'posix', folder],
    {
      cwd: root,
      stdio: 'ignore',
      env: {
        ...process.env,
        ROOT_ACCESS_KEY: TEST_KEYS.accessKeyId,
        ROOT_SECRET_KEY: TEST_KEYS.secretAccessKey,
      },
    },
  );
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(root, { recursive: true, force: true });
  };
  if (!(await isListening(port, child))) {
    await stop();
    throw new Error(`${program} does not listen on port ${port}`);
  }
  return { endpoint: `http://127.0.0.1:${port}`, folder, stop };
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isListening(port, child) {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
      socket.unref();
    });
    if (isOpen) return true;
    await sleep(50);
  }
  return false;
}
