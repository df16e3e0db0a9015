import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { CLI, toolEnvironment } from '../../lib/paths.mjs';

const POLL_MILLISECONDS = 200;
const ANSWER_MILLISECONDS = 10_000;
const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * A CORPUSMILL_HOME of its own in a temporary folder, and the CLI that works on it. `storeFolder` is where the
 * store's objects are files; the home's own store where it is absent.
 */
export class Home {
  constructor(environment = {}, storeFolder = undefined) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'corpusmill-e2e-'));
    this.environment = toolEnvironment({
      CORPUSMILL_HOME: path.join(this.folder, 'home'),
      NO_COLOR: '1',
      ...environment,
    });
    this.storeFolder = storeFolder ?? this.path('home', 'store');
  }

  path(...parts) {
    return path.join(this.folder, ...parts);
  }

  /** Starts the CLI; the caller waits for it or kills it. */
  start(...args) {
    return spawn(process.execPath, [CLI, ...args], {
      cwd: this.folder,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs the CLI to its end: { status, stdout, stderr }. */
  run(...args) {
    const child = this.start(...args);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => (output[name] += chunk));
    return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...output })));
  }

  /** Runs the CLI with --json and parses what it prints; throws where it fails. */
  async json(...args) {
    const { status, stdout, stderr } = await this.run(...args, '--json');
    if (status !== 0) throw new Error(`corpusmill ${args.join(' ')} ended with status ${status}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Writes a recipe file and returns its path. */
  recipe(recipe) {
    const file = this.path(`${recipe.name}.json`);
    writeFileSync(file, JSON.stringify(recipe));
    return file;
  }

  /** Submits a recipe and returns the run once it has ended. */
  async runToEnd(recipe, ...options) {
    const submitted = await this.json('run', this.recipe(recipe), ...options);
    return this.waitFor(submitted.id);
  }

  /**
   * Waits for a run's end; `meanwhile(run)` is called with every look. Where no server answers, the CLI is asked, which
   * starts one; a server that is just gone is asked again.
   */
  async waitFor(runId, meanwhile = () => undefined, everyMilliseconds = POLL_MILLISECONDS) {
    for (;;) {
      const run = (await this.#askServer(runId)) ?? (await this.#askCli(runId));
      if (run !== null && TERMINAL.has(run.state)) return run;
      if (run !== null) await meanwhile(run);
      await sleep(everyMilliseconds);
    }
  }

  /** Without the CLI, whose start takes a quarter of a second of CPU; null where no server answers. */
  async #askServer(runId) {
    try {
      const { CORPUSMILL_HOME, CORPUSMILL_URL, CORPUSMILL_TOKEN } = this.environment;
      const url = CORPUSMILL_URL ?? this.server().url;
      const token = CORPUSMILL_TOKEN ?? readFileSync(path.join(CORPUSMILL_HOME, 'token'), 'utf8').trim();
      const headers = { authorization: `Bearer ${token}` };
      const signal = AbortSignal.timeout(ANSWER_MILLISECONDS);
      const answer = await fetch(`${url.replace(/\/$/, '')}/v1/runs/${runId}`, { headers, signal });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  async #askCli(runId) {
    const { status, stdout, stderr } = await this.run('runs', 'show', runId, '--json');
    if (status === 0) return JSON.parse(stdout);
    if (status === 8) return null;
    throw new Error(`runs show ended with status ${status}: ${stderr}`);
  }

  /** The manifest of a dataset's latest version, and the folder of its files. */
  async version(name) {
    const folder = path.join(this.storeFolder, 'versions');
    const version = await this.json('datasets', 'show', `${name}@latest`);
    const base = path.join(folder, version.stage, version.versionKey);
    const manifest = JSON.parse(readFileSync(path.join(base, 'manifest.json'), 'utf8'));
    return { manifest, folder: path.join(base, manifest.prefix) };
  }

  /** The rows of a dataset, as `export` writes them. */
  async rows(name, ...options) {
    const file = this.path(`${name.replaceAll(/[/@]/g, '-')}${options.join('')}.jsonl`);
    const { status, stderr } = await this.run('export', name, '--out', file, '--format', 'jsonl', ...options);
    if (status !== 0) throw new Error(`export ${name} ended with status ${status}: ${stderr}`);
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  server() {
    return JSON.parse(readFileSync(path.join(this.environment.CORPUSMILL_HOME, 'server.json'), 'utf8'));
  }

  /** Ends every process that works for this home, then removes it. */
  remove() {
    killServer(this);
    spawnSync('pkill', ['-9', '-f', this.folder]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Kills the home's server at once; false where there is none. */
export function killServer(home) {
  try {
    process.kill(home.server().pid, 'SIGKILL');
    return true;
  } catch (error) {
    if (error.code === 'ESRCH' || error.code === 'ENOENT') return false;
    throw error;
  }
}
