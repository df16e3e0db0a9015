#!/usr/bin/env node
// Starts the command line. The parts it loads need Node 22.17: an older Node starts the one that
// is installed with the project instead. Plain JavaScript that Node 18 understands.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PARENT_MARK = '_CORPUSMILL_PARENT';
const self = fileURLToPath(import.meta.url);
const main = join(dirname(self), '..', 'dist', 'main.js');

function isNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 17);
}

function findNewerNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

function fail(message) {
  process.stderr.write(`corpusmill: ${message}\n`);
  process.exitCode = 1;
}

/** The channel to the child closes when this process ends in any way; the child then ends too. */
function runWith(node) {
  const env = { ...process.env, [PARENT_MARK]: String(process.pid) };
  const child = spawn(node, [self, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
  });
  // A terminal sends SIGINT to the child as well; the child takes two at once for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0));
  });
}

function endWithParent() {
  if (process.env[PARENT_MARK] === undefined || process.channel === undefined) return;
  delete process.env[PARENT_MARK];
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

const newer = isNewEnough() ? null : findNewerNode();
if (newer !== null) runWith(newer);
else if (!isNewEnough())
  fail(`Node ${process.versions.node} is too old and the project's own is missing; run "npm run setup"`);
else if (!existsSync(main)) fail('it is not built yet; run "npm run setup"');
else {
  endWithParent();
  await import(main);
}
