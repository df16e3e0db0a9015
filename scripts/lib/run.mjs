import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';

import { ROOT, at, toolEnvironment } from './paths.mjs';

const TAIL_LINES = 40;

/** Runs a command with its output on ours; resolves with the exit status. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env: toolEnvironment(), stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ? 1 : code));
  });
}

/** Runs a command with its output in .tools/logs/<name>.log; throws with the log's end where it fails. */
export async function runQuietly(name, command, args, options = {}) {
  mkdirSync(at('.tools/logs'), { recursive: true });
  const log = at(`.tools/logs/${name}.log`);
  const output = openSync(log, 'w');
  const status = await run(command, args, { ...options, stdio: ['ignore', output, output] });
  closeSync(output);
  if (status === 0) return;
  const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  throw new Error(`${command} ${args.join(' ')} ended with status ${status}; the end of ${log}:\n${tail}`);
}

/** Runs a command and returns its standard output; throws where it fails. */
export function capture(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: toolEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
      ...options,
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const text = Buffer.concat(chunks).toString('utf8');
      return code === 0
        ? resolve(text)
        : reject(new Error(`${command} ${args.join(' ')} ended with status ${code}`));
    });
  });
}
