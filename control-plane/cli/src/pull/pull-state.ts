import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeAtomically } from '../files/atomic-write.js';
import { PULL_STATE_NAME } from '../manifest/paths.js';
import type { Selection } from './selection.js';

/** A file that was checked against its SHA-256 while it had this size and these times. */
export interface CheckedFile {
  readonly sha256: string;
  readonly size: number;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
}

/** What a pull remembers in its folder. */
export interface PullState {
  readonly manifestSha256: string;
  readonly versionKey: string;
  readonly selection: Selection;
  /** Whole files that this pull wrote or found right. */
  readonly checked: Readonly<Record<string, CheckedFile>>;
  /** Bytes of each file that is still on its way; for people, the `.part` file itself decides. */
  readonly bytesDone: Readonly<Record<string, number>>;
}

/** Reads the state; a missing or broken one is null, and the files themselves are checked again. */
export async function readPullState(folder: string): Promise<PullState | null> {
  try {
    return parsePullState(JSON.parse(await readFile(join(folder, PULL_STATE_NAME), 'utf8')));
  } catch {
    return null;
  }
}

/** Replaces the state on disk. */
export async function writePullState(folder: string, state: PullState): Promise<void> {
  await writeAtomically(
    join(folder, PULL_STATE_NAME),
    `${JSON.stringify({ apiVersion: 'corpusmill.dev/v1', ...state })}\n`,
  );
}

/** The entry to remember for a file that was just checked. */
export async function statChecked(path: string, sha256: string): Promise<CheckedFile> {
  const entry = await lstat(path, { bigint: true });
  return { sha256, size: Number(entry.size), mtimeNs: String(entry.mtimeNs), ctimeNs: String(entry.ctimeNs) };
}

/** Whether nothing about the file changed since it was checked. */
export async function isUnchanged(path: string, checked: CheckedFile): Promise<boolean> {
  const entry = await lstat(path, { bigint: true }).catch(() => null);
  return (
    entry !== null &&
    entry.isFile() &&
    Number(entry.size) === checked.size &&
    String(entry.mtimeNs) === checked.mtimeNs &&
    String(entry.ctimeNs) === checked.ctimeNs
  );
}

function parsePullState(value: unknown): PullState | null {
  if (!isRecord(value) || value['apiVersion'] !== 'corpusmill.dev/v1') return null;
  const { manifestSha256, versionKey, selection, checked, bytesDone } = value;
  if (typeof manifestSha256 !== 'string' || typeof versionKey !== 'string') return null;
  if (!isRecord(selection) || !isRecord(checked) || !isRecord(bytesDone)) return null;
  return {
    manifestSha256,
    versionKey,
    selection: { formats: strings(selection['formats']), include: strings(selection['include']) },
    checked: Object.fromEntries(
      Object.entries(checked).filter((entry): entry is [string, CheckedFile] => isChecked(entry[1])),
    ),
    bytesDone: {},
  };
}

function isChecked(value: unknown): value is CheckedFile {
  return (
    isRecord(value) &&
    typeof value['size'] === 'number' &&
    ['sha256', 'mtimeNs', 'ctimeNs'].every((name) => typeof value[name] === 'string')
  );
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
