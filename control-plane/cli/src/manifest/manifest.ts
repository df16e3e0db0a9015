import { createHash } from 'node:crypto';

import { CliError, EXIT } from '../errors.js';
import { checkPaths } from './paths.js';

/** One file of a version (docs/contracts/manifest.schema.json). */
export interface ManifestFile {
  readonly path: string;
  readonly role: string;
  readonly format: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number | null;
  readonly tokens: number | null;
}

/** A version that another one was made of. */
interface ManifestInput {
  readonly dataset: string;
  readonly versionKey: string;
}

/** What the command line needs of a manifest. */
export interface Manifest {
  readonly stage: string;
  readonly dataset: string;
  readonly versionKey: string;
  readonly files: readonly ManifestFile[];
  /** Versions that this one was made of. */
  readonly inputs: readonly ManifestInput[];
  /** Token ids are below this; null for a version without a tokenizer. */
  readonly vocabSize: number | null;
}

/** A manifest with the digest of the bytes that it was read from. */
export interface SealedManifest {
  readonly manifest: Manifest;
  readonly sha256: string;
  readonly bytes: Buffer;
}

const DIGEST = /^[0-9a-f]{64}$/;
/** No real manifest is larger: 2^18 files of 1 KiB each. */
const MAX_MANIFEST_BYTES = 268_435_456;

/** The file does not say what a manifest must say. */
class ManifestInvalidError extends CliError {
  constructor(problem: string, options?: ErrorOptions) {
    super('MANIFEST_INVALID', EXIT.mismatch, `the manifest is not valid: ${problem}`, options);
  }
}

/**
 * Parses manifest bytes that may come from anywhere.
 * @throws ManifestInvalidError for a broken manifest and for paths that could leave the target folder
 */
export function parseManifest(bytes: Buffer): SealedManifest {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) throw new ManifestInvalidError('it is too large');
  const record = asRecord(parseJson(bytes), 'the document');
  if (record['apiVersion'] !== 'corpusmill.dev/v1')
    throw new ManifestInvalidError('apiVersion is not corpusmill.dev/v1');
  const files = asArray(record['files'], 'files').map((file, index) => parseFile(file, `files/${index}`));
  const problem = checkPaths(files.map((file) => file.path));
  if (problem !== null) throw new ManifestInvalidError(problem);
  const manifest = {
    stage: asString(record['stage'], 'stage'),
    dataset: asString(record['dataset'], 'dataset'),
    versionKey: asDigest(record['versionKey'], 'versionKey'),
    vocabSize: parseVocabSize(record['tokenizer']),
    inputs: asArray(record['inputs'], 'inputs').map((input, index) => parseInput(input, `inputs/${index}`)),
    files,
  };
  return { manifest, sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** `web-demo@0123456789ab`. */
export function versionName(manifest: Manifest): string {
  return `${manifest.dataset}@${manifest.versionKey.slice(0, 12)}`;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ManifestInvalidError('it is not JSON', { cause: error });
  }
}

function parseFile(value: unknown, where: string): ManifestFile {
  const record = asRecord(value, where);
  return {
    path: asString(record['path'], `${where}/path`),
    role: asString(record['role'], `${where}/role`),
    format: asString(record['format'], `${where}/format`),
    bytes: asCount(record['bytes'], `${where}/bytes`),
    sha256: asDigest(record['sha256'], `${where}/sha256`),
    rows: asCountOrNull(record['rows'], `${where}/rows`),
    tokens: asCountOrNull(record['tokens'], `${where}/tokens`),
  };
}

function parseInput(value: unknown, where: string): ManifestInput {
  const record = asRecord(value, where);
  return {
    dataset: asString(record['dataset'], `${where}/dataset`),
    versionKey: asDigest(record['versionKey'], `${where}/versionKey`),
  };
}

function parseVocabSize(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  return asCount(asRecord(value, 'tokenizer')['vocabSize'], 'tokenizer/vocabSize');
}

function asRecord(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ManifestInvalidError(`${where} is no object`);
  }
  return value as Record<string, unknown>;
}

function asArray(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new ManifestInvalidError(`${where} is no list`);
  return value;
}

function asString(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw new ManifestInvalidError(`${where} is no text`);
  return value;
}

function asDigest(value: unknown, where: string): string {
  const digest = asString(value, where);
  if (!DIGEST.test(digest)) throw new ManifestInvalidError(`${where} is no SHA-256`);
  return digest;
}

function asCount(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new ManifestInvalidError(`${where} is no count`);
  }
  return value;
}

function asCountOrNull(value: unknown, where: string): number | null {
  return value === null ? null : asCount(value, where);
}
