import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { CorpusmillError, reasonOf, retryDelayMs } from '@corpusmill/client';

import { CliError, EXIT } from '../errors.js';
import { syncFolder } from '../files/atomic-write.js';
import { hashPrefix } from '../files/hash-file.js';
import { PART_SUFFIX } from '../manifest/paths.js';
import type { FetchItem } from './pull-plan.js';

/** Opens a version's file from byte `start` on; `signal` ends the transfer. */
export type OpenRemote = (
  path: string,
  start: number,
  ifRange: string,
  signal: AbortSignal,
) => Promise<Response>;

/** How a file is fetched. */
export interface FetchOptions {
  readonly openRemote: OpenRemote;
  /** Told the bytes that are on disk, which go down where a start was wrong. */
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
  /** Tries in a row without a new byte before the server counts as unavailable. */
  readonly attempts: number;
  readonly baseDelayMs: number;
  /** A transfer without a byte for this long is broken. */
  readonly stallMs: number;
}

/** What the server has is not what the manifest says; the second try gave it too. */
class MismatchError extends CliError {
  constructor(path: string, what: string) {
    super('FILE_MISMATCH', EXIT.mismatch, `${path}: ${what}; nothing was put in its place`);
  }
}

/** The server broke off too often; what arrived is kept for the next pull. */
class TransferError extends CliError {
  constructor(path: string, cause: unknown) {
    super(
      'TRANSFER_FAILED',
      EXIT.unavailable,
      `${path}: the transfer broke off (${reasonOf(cause)}); run the same pull again to go on`,
      { cause },
    );
  }
}

/** The transfer of one attempt broke; another attempt goes on where it stopped. */
class BrokenTransfer extends Error {}
/** The bytes are wrong; they are thrown away. */
class WrongContent extends Error {}

/**
 * Fetches one file into `<target>.part`, goes on where an earlier pull stopped, and renames it
 * into place only when size and SHA-256 are the manifest's.
 *
 * @throws MismatchError after wrong content twice, TransferError where the server breaks off,
 *   CorpusmillApiError where it refuses
 */
export async function fetchFile(item: FetchItem, options: FetchOptions): Promise<void> {
  try {
    await fetchOnce(item, options);
  } catch (error) {
    if (!(error instanceof WrongContent)) throw error;
    await rm(partOf(item), { force: true });
    options.onBytes(0);
    await fetchOnce(item, options).catch(async (again: unknown) => {
      if (!(again instanceof WrongContent)) throw again;
      await rm(partOf(item), { force: true });
      options.onBytes(0);
      throw new MismatchError(item.file.path, again.message);
    });
  }
}

async function fetchOnce(item: FetchItem, options: FetchOptions): Promise<void> {
  const handle = await open(partOf(item), constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
  try {
    const part = await PartFile.resume(handle, item);
    await fillPart(part, item, options);
    const sha256 = part.digest();
    if (sha256 !== item.file.sha256)
      throw new WrongContent(`SHA-256 is ${sha256}, the manifest has ${item.file.sha256}`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partOf(item), item.target);
  await syncFolder(dirname(item.target));
}

async function fillPart(part: PartFile, item: FetchItem, options: FetchOptions): Promise<void> {
  let failures = 0;
  options.onBytes(part.bytes);
  while (part.bytes < item.file.bytes) {
    const before = part.bytes;
    try {
      await transfer(part, item, options);
    } catch (error) {
      if (!(error instanceof BrokenTransfer)) throw error;
      options.signal.throwIfAborted();
      failures = part.bytes > before ? 1 : failures + 1;
      if (failures >= options.attempts) throw new TransferError(item.file.path, error.cause ?? error);
      const policy = {
        attempts: options.attempts,
        baseDelayMs: options.baseDelayMs,
        maxDelayMs: 5000,
        timeoutSeconds: 0,
      };
      await sleep(retryDelayMs(failures + 1, policy, null), undefined, { signal: options.signal });
    }
  }
}

/** One request: appends what comes to the part file. */
async function transfer(part: PartFile, item: FetchItem, options: FetchOptions): Promise<void> {
  const stall = new AbortController();
  const signal = AbortSignal.any([options.signal, stall.signal]);
  const watchdog = setTimeout(() => stall.abort(new Error('no data')), options.stallMs);
  try {
    const response = await openOrBreak(part.bytes, item, options.openRemote, signal);
    if (startOf(response, item.file.bytes, part.bytes) === 0) await part.restart();
    for await (const chunk of bodyOf(response)) {
      watchdog.refresh();
      if (part.bytes + chunk.byteLength > item.file.bytes)
        throw new WrongContent(`more than ${item.file.bytes} bytes came`);
      await part.append(chunk);
      options.onBytes(part.bytes);
    }
  } finally {
    clearTimeout(watchdog);
    stall.abort();
  }
  if (part.bytes < item.file.bytes) throw new BrokenTransfer('the body was short');
}

async function openOrBreak(
  start: number,
  item: FetchItem,
  openRemote: OpenRemote,
  signal: AbortSignal,
): Promise<Response> {
  const etag = `"${item.file.sha256}"`;
  try {
    const response = await openRemote(item.file.path, start, etag, signal);
    const actual = response.headers.get('etag');
    if (actual !== null && actual.startsWith('"') && actual !== etag)
      throw new WrongContent('the server has another file under this name');
    return response;
  } catch (error) {
    if (error instanceof WrongContent || !isTransient(error)) throw error;
    throw new BrokenTransfer('no answer', { cause: error });
  }
}

/** Where the body begins: at the part's end for 206, else at 0. */
function startOf(response: Response, total: number, wanted: number): number {
  if (response.status !== 206) return 0;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  if (range?.[2] !== String(total))
    throw new WrongContent(
      `the server's file has ${range?.[2] ?? 'an unknown number of'} bytes, the manifest has ${total}`,
    );
  if (Number(range[1]) !== wanted) throw new WrongContent('the server sent another range');
  return wanted;
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    for await (const chunk of response.body) yield chunk;
  } catch (error) {
    throw new BrokenTransfer('the connection broke', { cause: error });
  }
}

/** All but what the server refuses for good. */
function isTransient(error: unknown): boolean {
  return !(error instanceof CorpusmillError) || error.retryable;
}

function partOf(item: FetchItem): string {
  return `${item.target}${PART_SUFFIX}`;
}

/** A file that is not whole yet, with the SHA-256 of what it holds. */
class PartFile {
  private constructor(
    private readonly handle: FileHandle,
    private hash: Hash,
    private length: number,
  ) {}

  /** Goes on with what an earlier pull left: its bytes are hashed again. */
  static async resume(handle: FileHandle, item: FetchItem): Promise<PartFile> {
    const { size } = await handle.stat();
    if (size > item.file.bytes) await handle.truncate(0);
    const length = size > item.file.bytes ? 0 : size;
    return new PartFile(handle, await hashPrefix(partOf(item), length), length);
  }

  get bytes(): number {
    return this.length;
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let written = 0; written < chunk.byteLength;) {
      const { bytesWritten } = await this.handle.write(
        chunk,
        written,
        chunk.byteLength - written,
        this.length + written,
      );
      written += bytesWritten;
    }
    this.hash.update(chunk);
    this.length += chunk.byteLength;
  }

  async restart(): Promise<void> {
    if (this.length === 0) return;
    await this.handle.truncate(0);
    this.hash = createHash('sha256');
    this.length = 0;
  }

  digest(): string {
    return this.hash.digest('hex');
  }
}
