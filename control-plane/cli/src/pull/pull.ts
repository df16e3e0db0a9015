import { mkdir, readFile, realpath, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';

import { CliError, EXIT } from '../errors.js';
import { writeAtomically } from '../files/atomic-write.js';
import { isErrno } from '../files/errno.js';
import { acquireLock, isLock } from '../files/process-lock.js';
import { parseManifest, versionName } from '../manifest/manifest.js';
import type { SealedManifest } from '../manifest/manifest.js';
import { hasRealParents, MANIFEST_NAME, PART_SUFFIX, PULL_LOCK_NAME } from '../manifest/paths.js';
import { formatBytes } from '../output/format.js';
import type { TransferProgress } from '../output/progress.js';
import type { OpenRemote } from './fetch-file.js';
import { fetchAll } from './fetch-all.js';
import type { FetchOutcome } from './fetch-all.js';
import { isUnchanged, readPullState, writePullState } from './pull-state.js';
import type { PullState } from './pull-state.js';
import { planPull } from './pull-plan.js';
import type { PullPlan } from './pull-plan.js';
import { selectFiles } from './selection.js';
import type { Selection } from './selection.js';

/** Where a version comes from. */
export interface RemoteVersion {
  /** The manifest's bytes, or null where its SHA-256 is still the one given. */
  readonly getManifest: (knownSha256: string | null) => Promise<Buffer | null>;
  /** Opens a file of the version with this key. */
  readonly openFile: (versionKey: string) => OpenRemote;
}

/** What to pull, where to, and how. */
export interface PullOptions {
  readonly folder: string;
  readonly remote: RemoteVersion;
  readonly selection: Selection;
  readonly jobs: number;
  /** Take the place of another version in the folder. */
  readonly replace: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TransferProgress) => void;
  readonly transfer?: { readonly attempts: number; readonly baseDelayMs: number; readonly stallMs: number };
}

/** The result of a pull, printed with --json. */
export interface PullSummary {
  readonly version: string;
  readonly versionKey: string;
  readonly manifestSha256: string;
  readonly folder: string;
  readonly files: {
    readonly total: number;
    readonly fetched: number;
    readonly kept: number;
    readonly failed: number;
  };
  readonly bytes: { readonly total: number; readonly fetched: number };
  readonly failures: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  readonly exitCode: number;
}

const LOCK_WAIT_MS = 500;
const DEFAULT_TRANSFER = { attempts: 8, baseDelayMs: 250, stallMs: 60_000 };

/**
 * Makes a folder hold the selected files of a version, each of the right size and SHA-256.
 * Safe to run any number of times and to kill at any point. The manifest is written last.
 *
 * @throws CliError where nothing could be started: a broken manifest, another version in the
 *   folder, a foreign file in the way, too little space
 */
export async function pull(options: PullOptions): Promise<PullSummary> {
  await mkdir(options.folder, { recursive: true });
  const folder = await realpath(options.folder);
  const lock = await acquireLock(join(folder, PULL_LOCK_NAME), LOCK_WAIT_MS);
  if (!isLock(lock))
    throw new CliError(
      'PULL_RUNNING',
      EXIT.conflict,
      `process ${lock.pid} is already pulling into ${folder}`,
    );
  try {
    return await pullLocked(folder, options);
  } finally {
    await lock.release();
  }
}

async function pullLocked(folder: string, options: PullOptions): Promise<PullSummary> {
  const earlier = await readEarlier(folder);
  const sealed = await getManifest(options.remote, earlier.manifest);
  await refuseOtherVersion(folder, sealed, earlier, options.replace);
  const selection = widen(options.selection, earlier, sealed);
  const files = selectFiles(sealed.manifest.files, selection);
  if (files.length === 0)
    throw new CliError(
      'NOTHING_SELECTED',
      EXIT.usage,
      'no file of the version matches --formats and --include',
    );
  const plan = await planPull(folder, files, earlier.state, ownedPaths(earlier));
  await requireSpace(folder, plan);
  const state: PullState = {
    manifestSha256: sealed.sha256,
    versionKey: sealed.manifest.versionKey,
    selection,
    checked: plan.keptChecks,
    bytesDone: {},
  };
  if (plan.fetch.length === 0 && earlier.manifest?.sha256 === sealed.sha256)
    return summarize(folder, sealed, plan, null);
  await writePullState(folder, state);
  const outcome = await fetchAll(folder, plan, state, {
    openRemote: options.remote.openFile(sealed.manifest.versionKey),
    jobs: options.jobs,
    signal: options.signal,
    onProgress: options.onProgress,
    ...(options.transfer ?? DEFAULT_TRANSFER),
  });
  if (outcome.failures.length === 0) {
    await removeReplaced(folder, sealed, earlier);
    await writeAtomically(join(folder, MANIFEST_NAME), sealed.bytes);
  }
  return summarize(folder, sealed, plan, outcome);
}

/** What an earlier pull left in the folder. */
interface Earlier {
  readonly state: PullState | null;
  readonly manifest: SealedManifest | null;
}

async function readEarlier(folder: string): Promise<Earlier> {
  const state = await readPullState(folder);
  const bytes = await readFile(join(folder, MANIFEST_NAME)).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  });
  return { state, manifest: bytes === null ? null : parseOrNull(bytes) };
}

function parseOrNull(bytes: Buffer): SealedManifest | null {
  try {
    return parseManifest(bytes);
  } catch {
    return null;
  }
}

async function getManifest(remote: RemoteVersion, known: SealedManifest | null): Promise<SealedManifest> {
  const bytes = await remote.getManifest(known?.sha256 ?? null);
  if (bytes !== null) return parseManifest(bytes);
  if (known === null) throw new CliError('MANIFEST_INVALID', EXIT.mismatch, 'the server sent no manifest');
  return known;
}

async function refuseOtherVersion(
  folder: string,
  sealed: SealedManifest,
  earlier: Earlier,
  replace: boolean,
): Promise<void> {
  const there = earlier.manifest?.manifest.versionKey ?? earlier.state?.versionKey;
  if (there === undefined || there === sealed.manifest.versionKey || replace) return;
  throw new CliError(
    'OTHER_VERSION',
    EXIT.conflict,
    `${folder} holds version ${there.slice(0, 12)}, not ${versionName(sealed.manifest)}; choose another folder, or --replace`,
  );
}

/** A second pull with another selection adds to the first; no selection at all means everything. */
function widen(selection: Selection, earlier: Earlier, sealed: SealedManifest): Selection {
  const before = earlier.state?.selection;
  const all = selection.formats.length + selection.include.length === 0;
  if (all || before === undefined || earlier.state?.versionKey !== sealed.manifest.versionKey)
    return selection;
  const same = JSON.stringify(before) === JSON.stringify(selection);
  if (same) return selection;
  const paths = [
    ...selectFiles(sealed.manifest.files, before),
    ...selectFiles(sealed.manifest.files, selection),
  ];
  return { formats: [], include: [...new Set(paths.map((file) => file.path))].sort() };
}

function ownedPaths(earlier: Earlier): ReadonlySet<string> {
  const manifestPaths = earlier.manifest?.manifest.files.map((file) => file.path) ?? [];
  return new Set([...manifestPaths, ...Object.keys(earlier.state?.checked ?? {})]);
}

/** Refuses before the first byte where the disk cannot hold what is missing. */
async function requireSpace(folder: string, plan: PullPlan): Promise<void> {
  const disk = await statfs(folder);
  const freeBytes = disk.bavail * disk.bsize;
  if (plan.missingBytes <= freeBytes) return;
  throw new CliError(
    'DISK_FULL',
    EXIT.failed,
    `${folder} needs ${formatBytes(plan.missingBytes)} more and has ${formatBytes(freeBytes)} free; free some space or choose another folder`,
  );
}

/** Removes files of a replaced version that are still as an earlier pull wrote them. */
async function removeReplaced(folder: string, sealed: SealedManifest, earlier: Earlier): Promise<void> {
  const wanted = new Set(sealed.manifest.files.map((file) => file.path));
  for (const [path, checked] of Object.entries(earlier.state?.checked ?? {})) {
    const target = join(folder, path);
    const inside = earlier.manifest?.manifest.files.some((file) => file.path === path) ?? false;
    if (wanted.has(path) || !inside || !(await hasRealParents(folder, path))) continue;
    if (await isUnchanged(target, checked)) await rm(target);
    await rm(`${target}${PART_SUFFIX}`, { force: true });
  }
}

function summarize(
  folder: string,
  sealed: SealedManifest,
  plan: PullPlan,
  outcome: FetchOutcome | null,
): PullSummary {
  const failures = outcome?.failures ?? [];
  const total = plan.kept.length + plan.fetch.length;
  const sum = (files: readonly { readonly bytes: number }[]): number =>
    files.reduce((bytes, file) => bytes + file.bytes, 0);
  return {
    version: versionName(sealed.manifest),
    versionKey: sealed.manifest.versionKey,
    manifestSha256: sealed.sha256,
    folder,
    files: {
      total,
      fetched: plan.fetch.length - failures.length,
      kept: plan.kept.length,
      failed: failures.length,
    },
    bytes: {
      total: sum(plan.kept) + sum(plan.fetch.map((item) => item.file)),
      fetched: outcome?.fetchedBytes ?? 0,
    },
    failures: failures.map(({ path, code, message }) => ({ path, code, message })),
    exitCode: exitCodeOf(failures, total),
  };
}

/** 6 for wrong content, 7 where only a part is there, 8 where nothing came. */
function exitCodeOf(failures: FetchOutcome['failures'], total: number): number {
  if (failures.length === 0) return EXIT.ok;
  if (failures.some((failure) => failure.exitCode === EXIT.mismatch)) return EXIT.mismatch;
  const worst = failures[0]?.exitCode ?? EXIT.unavailable;
  if (worst !== EXIT.unavailable && failures.length === total) return worst;
  return failures.length < total ? EXIT.partial : EXIT.unavailable;
}
