import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { FaultServer, remoteAt } from '../testing/fault-server.js';
import { buildManifest, makeFolder, mixedVersion, removeFolders } from '../testing/fixtures.js';
import type { FixtureFile } from '../testing/fixtures.js';
import { pull } from './pull.js';
import type { PullOptions, PullSummary } from './pull.js';

const BIG_BYTES = 3_000_000;
const big: FixtureFile = {
  path: 'llmc/web-demo-00001.bin',
  role: 'shard',
  format: 'llmc',
  content: noise(BIG_BYTES),
};
const files = [...mixedVersion(), big];
let server: FaultServer;
let url: string;
let folder: string;

function noise(bytes: number): Buffer {
  let state = 12_345;
  return Buffer.from(
    Uint8Array.from({ length: bytes }, () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >>> 16),
  );
}

function run(options: Partial<PullOptions> = {}): Promise<PullSummary> {
  return pull({
    folder,
    remote: remoteAt(url),
    selection: { formats: [], include: [] },
    jobs: 3,
    replace: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    transfer: { attempts: 3, baseDelayMs: 1, stallMs: 2000 },
    ...options,
  });
}

function contentOf(path: string): Buffer {
  return readFileSync(join(folder, path));
}

/** How much of the big file is on disk so far. */
function partBytes(): number {
  return statSync(join(folder, `${big.path}.part`), { throwIfNoEntry: false })?.size ?? 0;
}

beforeEach(async () => {
  folder = join(makeFolder(), 'out');
  server = new FaultServer(buildManifest(files), files);
  url = await server.start();
});

afterEach(async () => {
  await server.stop();
  removeFolders();
});

describe('pull from URLs of the store', () => {
  let store: FaultServer;
  let storeUrl: string;

  beforeEach(async () => {
    store = new FaultServer(buildManifest(files), files);
    store.etag = '"0123456789abcdef0123456789abcdef"';
    storeUrl = await store.start();
  });

  afterEach(() => store.stop());

  it('takes every file from the store, which never sees the token', async () => {
    server.fileUrl = (path) => `${storeUrl}/signed/files/${path}`;
    expect((await run()).exitCode).toBe(0);
    for (const file of files) expect(contentOf(file.path).equals(file.content)).toBe(true);
    expect([store.requests.length, store.sawToken, server.starts.length]).toEqual([files.length, false, 0]);
  });

  it('renews a URL that expires in the middle of a file, and goes on at the byte', async () => {
    let signature = 0;
    server.fileUrl = (path) => `${storeUrl}/${path === big.path ? (signature += 1) : 0}/files/${path}`;
    store.fault = ({ path, url: asked, start }) => {
      if (path !== big.path || !asked.startsWith('/1/')) return null;
      return start === 0 ? 'reset' : 403;
    };
    expect((await run()).exitCode).toBe(0);
    expect(contentOf(big.path).equals(big.content)).toBe(true);
    expect([signature, server.starts.length]).toEqual([2, 0]);
    const [expired, renewed, ...more] = store.starts.filter((start) => start > 0);
    expect([expired, more]).toEqual([renewed, []]);
  });

  it.each(['nobody answers there', 'it is refused for good'])('asks the server where %s', async (why) => {
    store.fault = () => 403;
    const host = why.startsWith('nobody') ? 'http://127.0.0.1:9' : storeUrl;
    server.fileUrl = (path) => `${host}/signed/files/${path}`;
    expect((await run()).exitCode).toBe(0);
    for (const file of files) expect(contentOf(file.path).equals(file.content)).toBe(true);
    expect(server.starts).toHaveLength(files.length);
  });

  it.each(['reset', 'short', 500, 503] as const)('gets over a %s of the store', async (fault) => {
    server.fileUrl = (path) => `${storeUrl}/signed/files/${path}`;
    store.fault = ({ number }) => (number % 3 === 2 ? fault : null);
    expect((await run({ transfer: { attempts: 6, baseDelayMs: 1, stallMs: 2000 } })).exitCode).toBe(0);
    for (const file of files) expect(contentOf(file.path).equals(file.content)).toBe(true);
    expect(server.starts).toHaveLength(0);
  });
});

describe('pull', () => {
  it('fetches every file and writes the manifest as it was committed', async () => {
    const summary = await run();
    expect(summary).toMatchObject({
      exitCode: 0,
      version: 'web-demo@aaaaaaaaaaaa',
      files: { total: 6, fetched: 6, kept: 0, failed: 0 },
    });
    for (const file of files) expect(contentOf(file.path).equals(file.content)).toBe(true);
    expect(contentOf('manifest.json').equals(server.manifest)).toBe(true);
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.part'))).toEqual(
      [],
    );
  });

  it('asks once when everything is there, and reads no file again', async () => {
    await run();
    server.requests.length = 0;
    const summary = await run();
    expect(summary).toMatchObject({ exitCode: 0, files: { fetched: 0, kept: 6 }, bytes: { fetched: 0 } });
    expect(server.requests).toEqual(['/v1/datasets/web-demo/versions/latest/manifest']);
  });

  it('goes on at the byte where an earlier pull stopped', async () => {
    mkdirSync(join(folder, 'llmc'), { recursive: true });
    writeFileSync(join(folder, `${big.path}.part`), big.content.subarray(0, 1_000_001));
    const summary = await run();
    expect(summary.exitCode).toBe(0);
    expect(server.starts).toContain(1_000_001);
    expect(summary.bytes.fetched).toBe(summary.bytes.total - 1_000_001);
    expect(contentOf(big.path).equals(big.content)).toBe(true);
  });

  it('throws a damaged part away and fetches the file anew', async () => {
    mkdirSync(join(folder, 'llmc'), { recursive: true });
    writeFileSync(join(folder, `${big.path}.part`), Buffer.alloc(5000, 1));
    expect((await run()).exitCode).toBe(0);
    expect(contentOf(big.path).equals(big.content)).toBe(true);
  });

  it('repairs a file that changed on disk, by size or by content', async () => {
    await run();
    truncateSync(join(folder, big.path), 10);
    const damaged = Buffer.from(files[0]?.content ?? []);
    damaged[1030] = 9;
    writeFileSync(join(folder, files[0]?.path ?? ''), damaged);
    expect((await run()).files).toEqual({ total: 6, fetched: 2, kept: 4, failed: 0 });
    for (const file of files) expect(contentOf(file.path).equals(file.content)).toBe(true);
  });

  it('finds a flipped bit even where size and modification time stayed', async () => {
    await run();
    const path = join(folder, big.path);
    const { atime, mtime } = statSync(path);
    const damaged = Buffer.from(big.content);
    damaged[77] = (damaged[77] ?? 0) ^ 4;
    writeFileSync(path, damaged);
    utimesSync(path, atime, mtime);
    expect((await run()).files.fetched).toBe(1);
    expect(contentOf(big.path).equals(big.content)).toBe(true);
  });

  it.each(['reset', 'short', 500, 503] as const)('gets over a %s on every other request', async (fault) => {
    server.fault = ({ number }) => (number % 2 === 1 ? fault : null);
    expect((await run({ transfer: { attempts: 6, baseDelayMs: 1, stallMs: 2000 } })).exitCode).toBe(0);
    for (const file of files) expect(contentOf(file.path).equals(file.content)).toBe(true);
  });

  it('starts anew where the server ignores the range', async () => {
    mkdirSync(join(folder, 'llmc'), { recursive: true });
    writeFileSync(join(folder, `${big.path}.part`), big.content.subarray(0, 4096));
    server.fault = () => 'ignore-range';
    expect((await run()).exitCode).toBe(0);
    expect(contentOf(big.path).equals(big.content)).toBe(true);
  });

  it.each(['wrong', 'extra', 'changed'] as const)(
    'never puts %s content in place, tries it twice and ends with 6',
    async (fault) => {
      server.fault = ({ path }) => (path === big.path ? fault : null);
      const summary = await run();
      expect(summary).toMatchObject({ exitCode: 6, failures: [{ path: big.path, code: 'FILE_MISMATCH' }] });
      expect(server.requests.filter((request) => request.endsWith(big.path))).toHaveLength(2);
      expect(existsSync(join(folder, big.path))).toBe(false);
      expect(existsSync(join(folder, 'manifest.json'))).toBe(false);
    },
  );

  it('takes the right content of the second try', async () => {
    let first = true;
    server.fault = ({ path }) => {
      if (path !== big.path || !first) return null;
      first = false;
      return 'wrong';
    };
    expect((await run()).exitCode).toBe(0);
  });

  it('ends with 7 where one file is not to be had, and with 8 where none is', async () => {
    server.fault = ({ path }) => (path === big.path ? 503 : null);
    expect((await run()).exitCode).toBe(7);
    folder = join(makeFolder(), 'none');
    server.fault = () => 503;
    expect((await run()).exitCode).toBe(8);
  });

  it('ends with 3 where the token is refused', async () => {
    server.fault = () => 401;
    expect((await run()).exitCode).toBe(3);
  });

  it('leaves files alone that it did not write, and refuses to replace them', async () => {
    mkdirSync(join(folder, 'llmc'), { recursive: true });
    writeFileSync(join(folder, big.path), 'mine');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    await expect(run()).rejects.toMatchObject({ code: 'FOREIGN_FILE', exitCode: 5 });
    expect(contentOf(big.path).toString()).toBe('mine');
    expect(contentOf('notes.txt').toString()).toBe('mine');
  });

  it('keeps a right file that somebody else put there', async () => {
    mkdirSync(join(folder, 'llmc'), { recursive: true });
    writeFileSync(join(folder, big.path), big.content);
    expect((await run()).files).toEqual({ total: 6, fetched: 5, kept: 1, failed: 0 });
  });

  it('pulls only the chosen formats, with their sidecars, and adds others later', async () => {
    const summary = await run({ selection: { formats: ['megatron'], include: [] } });
    expect(summary.files.total).toBe(3);
    expect(existsSync(join(folder, big.path))).toBe(false);
    expect((await run({ selection: { formats: [], include: ['llmc/*-00000.*'] } })).files).toEqual({
      total: 5,
      fetched: 2,
      kept: 3,
      failed: 0,
    });
  });

  it('refuses a folder that holds another version, and takes it with --replace', async () => {
    await run();
    const next = files.slice(0, 2);
    server.replace(buildManifest(next, { versionKey: 'd'.repeat(64) }), next);
    await expect(run()).rejects.toMatchObject({ code: 'OTHER_VERSION', exitCode: 5 });
    expect((await run({ replace: true })).exitCode).toBe(0);
    expect(existsSync(join(folder, big.path))).toBe(false);
    expect(contentOf('manifest.json').equals(server.manifest)).toBe(true);
  });

  it.each([
    '../evil',
    '/etc/evil',
    'a/../../evil',
    'a\\..\\evil',
    'C:evil',
    'nul\0byte',
    'con.bin',
    'a/./b',
    'a//b',
    'manifest.json',
    '.corpusmill-pull.json',
    'x.part',
    'ü.bin',
    'a'.repeat(2000),
  ])('refuses a manifest with the path %j and writes nothing', async (path) => {
    const hostile = [{ ...big, path }];
    server.replace(buildManifest(hostile), hostile);
    await expect(run()).rejects.toMatchObject({ code: 'MANIFEST_INVALID', exitCode: 6 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses paths that differ by case alone, and a file that is a folder too', async () => {
    const twice = [
      { ...big, path: 'A.bin' },
      { ...big, path: 'a.bin' },
    ];
    server.replace(buildManifest(twice), twice);
    await expect(run()).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    const nested = [
      { ...big, path: 'a' },
      { ...big, path: 'a/b' },
    ];
    server.replace(buildManifest(nested), nested);
    await expect(run()).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  it.each([
    ['a folder', 'llmc'],
    ['the file', big.path],
    ['the part', `${big.path}.part`],
  ])('does not write through a symbolic link in place of %s', async (_what, path) => {
    const outside = makeFolder();
    writeFileSync(join(outside, 'target'), 'untouched');
    mkdirSync(path === 'llmc' ? folder : join(folder, 'llmc'), { recursive: true });
    symlinkSync(path === 'llmc' ? outside : join(outside, 'target'), join(folder, path));
    await expect(run()).rejects.toMatchObject({ code: 'UNSAFE_TARGET', exitCode: 5 });
    expect(readdirSync(outside)).toEqual(['target']);
    expect(readFileSync(join(outside, 'target'), 'utf8')).toBe('untouched');
  });

  it('says what is needed where the disk cannot hold the version', async () => {
    const huge = buildManifest([{ ...big, path: 'huge.bin' }])
      .toString()
      .replace(`"bytes":${BIG_BYTES}`, '"bytes":4503599627370496');
    server.replace(Buffer.from(huge), []);
    await expect(run()).rejects.toMatchObject({
      code: 'DISK_FULL',
      exitCode: 1,
      message: expect.stringMatching(/needs 4\.5 PB more and has .* free/),
    });
  });

  it('stops at once when it is interrupted, and goes on later', async () => {
    const interrupt = new AbortController();
    server.bytesPerMs = 1500;
    await expect(
      run({
        signal: interrupt.signal,
        onProgress: () => partBytes() > 0 && interrupt.abort(),
      }),
    ).rejects.toThrow();
    server.bytesPerMs = 0;
    expect(partBytes()).toBeGreaterThan(0);
    expect(partBytes()).toBeLessThan(BIG_BYTES);
    expect((await run()).exitCode).toBe(0);
    expect(contentOf(big.path).equals(big.content)).toBe(true);
  });

  it('lets one pull work on a folder at a time', async () => {
    server.bytesPerMs = 1000;
    const first = run();
    while (partBytes() === 0) await sleep(2);
    await expect(run()).rejects.toMatchObject({ code: 'PULL_RUNNING', exitCode: 5 });
    expect((await first).exitCode).toBe(0);
  }, 20_000);
});

describe('pull killed with SIGKILL', () => {
  const bin = join(import.meta.dirname, '..', '..', 'bin', 'corpusmill.js');
  const isBuilt = existsSync(join(import.meta.dirname, '..', '..', 'dist', 'main.js'));

  (isBuilt ? it : it.skip)(
    'resumes after each of 20 kills at random bytes and ends with the right files',
    async () => {
      server.bytesPerMs = 500;
      const start = () =>
        spawn(process.execPath, [bin, 'pull', 'web-demo', '--out', folder], {
          env: { ...process.env, NODE_OPTIONS: '', CORPUSMILL_URL: url },
          stdio: 'ignore',
        });
      for (let kill = 0; kill < 20; kill += 1) {
        const target = Math.floor(((kill + Math.random()) / 20) * BIG_BYTES);
        const child = start();
        while (child.exitCode === null && partBytes() < target) await sleep(2);
        child.kill('SIGKILL');
        if (child.exitCode === null) await once(child, 'exit');
        if (existsSync(join(folder, big.path))) expect(contentOf(big.path).equals(big.content)).toBe(true);
      }
      server.bytesPerMs = 0;
      const [code] = (await once(start(), 'exit')) as [number];
      expect(code).toBe(0);
      for (const file of files) expect(contentOf(file.path).equals(file.content)).toBe(true);
    },
    120_000,
  );
});
