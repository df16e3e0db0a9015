import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { at } from '../../lib/paths.mjs';
import { runQuietly } from '../../lib/run.mjs';

/**
 * The Python of a bench's peers: an environment of its own below .tools/bench-venv, made from the requirements file
 * `scripts/bench/<requirements>` when it is not there yet. null where the bench has no Python peers.
 */
export async function ensureEnvironment(name, requirements) {
  if (requirements === undefined) return null;
  const file = at('scripts/bench', requirements);
  const folder = at('.tools/bench-venv', path.basename(requirements, '.txt'));
  const python = path.join(folder, 'bin/python');
  const stamp = path.join(folder, 'requirements.sha256');
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return python;
  process.stderr.write(`bench: installing the peers of ${name} …\n`);
  mkdirSync(at('.tools/bench-venv'), { recursive: true });
  const uv = at('.tools/uv/bin/uv');
  await runQuietly('bench-venv', uv, ['venv', '--quiet', '--allow-existing', '--python', 'python3', folder]);
  await runQuietly('bench-install', uv, ['pip', 'install', '--python', python, '-r', file]);
  writeFileSync(stamp, digest);
  return python;
}
