import { lstat } from 'node:fs/promises';

import { CorpusmillError } from '@corpusmill/client';

import { CliError } from '../errors.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isErrno } from '../files/errno.js';
import { PART_SUFFIX } from '../manifest/paths.js';
import { formatBytes } from '../output/format.js';
import type { TransferProgress } from '../output/progress.js';
import { fetchFile } from './fetch-file.js';
import type { FetchOptions, OpenRemote } from './fetch-file.js';
import { statChecked, writePullState } from './pull-state.js';
import type { CheckedFile, PullState } from './pull-state.js';
import type { FetchItem, PullPlan } from './pull-plan.js';

/** How a plan is carried out. */
export interface FetchAllOptions extends Pick<
  FetchOptions,
  'signal' | 'attempts' | 'baseDelayMs' | 'stallMs'
> {
  readonly openRemote: OpenRemote;
  readonly jobs: number;
  readonly onProgress: (progress: TransferProgress) => void;
}

/** A file that could not be fetched. */
interface FetchFailure {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
}

/** What became of a plan. */
export interface FetchOutcome {
  readonly fetchedBytes: number;
  readonly failures: readonly FetchFailure[];
}

const STATE_INTERVAL_MS = 2000;

/** Fetches a plan's files, `jobs` at a time, the largest first; keeps the state file up to date. */
export async function fetchAll(
  folder: string,
  plan: PullPlan,
  state: PullState,
  options: FetchAllOptions,
): Promise<FetchOutcome> {
  const run = new FetchRun(folder, plan, state, options);
  const queue = plan.fetch.toSorted((a, b) => b.file.bytes - a.file.bytes);
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && !run.stopped; item = queue.shift())
      await run.fetch(item);
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, worker));
  } finally {
    await run.saveState();
  }
  options.signal.throwIfAborted();
  for (const item of queue) run.skip(item);
  return run.outcome();
}

/** The moving parts of one {@link fetchAll}. */
class FetchRun {
  stopped = false;
  private readonly failures: FetchFailure[] = [];
  private readonly checked: Record<string, CheckedFile>;
  private readonly bytesDone = new Map<string, number>();
  private readonly keptBytes: number;
  private savedAt = 0;
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly plan: PullPlan,
    private readonly state: PullState,
    private readonly options: FetchAllOptions,
  ) {
    this.checked = { ...state.checked };
    this.keptBytes = plan.kept.reduce((sum, file) => sum + file.bytes, 0);
    for (const item of plan.fetch) this.bytesDone.set(item.file.path, item.partBytes);
  }

  async fetch(item: FetchItem): Promise<void> {
    const { path, sha256 } = item.file;
    try {
      await fetchFile(item, { ...this.options, onBytes: (bytes) => this.moved(path, bytes) });
      this.checked[path] = await statChecked(item.target, sha256);
      this.moved(path, item.file.bytes);
      await this.saveState();
    } catch (error) {
      if (this.options.signal.aborted) throw error;
      const failure = await describe(item, error);
      this.failures.push(failure);
      this.stopped ||= failure.code === 'DISK_FULL' || failure.code === 'UNAUTHENTICATED';
    }
  }

  skip(item: FetchItem): void {
    const cause = this.failures[0];
    if (cause) this.failures.push({ ...cause, path: item.file.path });
  }

  /** Writes the state file; writers wait for each other. */
  saveState(): Promise<void> {
    this.savedAt = Date.now();
    const open = [...this.bytesDone].filter(([path]) => this.checked[path] === undefined);
    const state = { ...this.state, checked: { ...this.checked }, bytesDone: Object.fromEntries(open) };
    this.saving = this.saving.catch(() => undefined).then(() => writePullState(this.folder, state));
    return this.saving;
  }

  outcome(): FetchOutcome {
    const fetchedBytes = this.plan.fetch.reduce(
      (sum, item) => sum + Math.max(0, (this.bytesDone.get(item.file.path) ?? 0) - item.partBytes),
      0,
    );
    return { fetchedBytes, failures: this.failures };
  }

  private moved(path: string, bytes: number): void {
    this.bytesDone.set(path, bytes);
    const open = [...this.bytesDone.values()].reduce((sum, value) => sum + value, 0);
    this.options.onProgress({
      doneBytes: this.keptBytes + open,
      totalBytes: this.keptBytes + this.plan.fetch.reduce((sum, item) => sum + item.file.bytes, 0),
      doneFiles: Object.keys(this.checked).length,
      totalFiles: this.plan.kept.length + this.plan.fetch.length,
    });
    if (Date.now() - this.savedAt >= STATE_INTERVAL_MS) this.saveState().catch(() => undefined);
  }
}

async function describe(item: FetchItem, error: unknown): Promise<FetchFailure> {
  const { path, bytes } = item.file;
  if (isErrno(error, 'ENOSPC') || isErrno(error, 'EDQUOT')) {
    const entry = await lstat(`${item.target}${PART_SUFFIX}`).catch(() => null);
    const need = formatBytes(bytes - (entry?.size ?? 0));
    const message = `the disk is full; ${item.target} needs ${need} more. Free some space and run the same pull again`;
    return { path, code: 'DISK_FULL', message, exitCode: exitCodeFor(error) };
  }
  if (error instanceof CliError || error instanceof CorpusmillError) {
    return { path, code: error.code, message: error.message, exitCode: exitCodeFor(error) };
  }
  throw error;
}
