import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isPlainObject, sha256Hex } from '../common/canonical-json.js';
import type { ErrorItem } from '../common/errors.js';
import type { JobTokenizer, JobTokenizerFile } from '../contracts/contracts.js';
import type { FileDigests } from './file-digests.js';
import { localPath } from './models.js';
import type { RecipeTokenizer } from './recipe.js';

/** Built-in tokenizers. The digest of gpt2 is that of the table r50k_base.tiktoken which the jobs carry. */
const BUILTIN: Readonly<Record<string, JobTokenizer>> = {
  gpt2: {
    name: 'gpt2',
    builtin: true,
    files: [],
    sha256: '306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930',
    endOfText: '<|endoftext|>',
  },
};

export interface TokenizerContext {
  readonly baseDirectory: string;
  readonly digests: FileDigests;
}

export type ResolvedTokenizer =
  | { readonly tokenizer: JobTokenizer; readonly problem: null }
  | { readonly tokenizer: null; readonly problem: ErrorItem };

/** Finds the tokenizer of a recipe and proves that its files are there, can be parsed, and have the digest given. */
export async function resolveTokenizer(
  setting: RecipeTokenizer,
  pointer: string,
  context: TokenizerContext,
): Promise<ResolvedTokenizer> {
  const builtin = typeof setting === 'string' ? BUILTIN[setting] : undefined;
  if (builtin !== undefined) return { tokenizer: builtin, problem: null };
  const wanted = typeof setting === 'string' ? { path: setting } : setting;
  try {
    const path = localPath(wanted.path, context.baseDirectory);
    const files = await findFiles(path);
    await Promise.all(files.map(checkFile));
    const described = await Promise.all(files.map((file) => describe(file, context.digests)));
    const sha256 = combinedDigest(described);
    if (wanted.sha256 !== undefined && wanted.sha256 !== sha256) {
      throw new TokenizerFault(`has the SHA-256 ${sha256}, the recipe says ${wanted.sha256}`);
    }
    const name = nameOf(path);
    return {
      tokenizer: { name, builtin: false, files: described, sha256, endOfText: wanted.endOfText ?? null },
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof TokenizerFault)) throw error;
    const message = `tokenizer ${JSON.stringify(wanted.path)} ${error.message}`;
    return { tokenizer: null, problem: { pointer, code: 'TOKENIZER_INVALID', message } };
  }
}

class TokenizerFault extends Error {}

interface TokenizerPath {
  readonly role: JobTokenizerFile['role'];
  readonly path: string;
}

/** The files behind a path: a tokenizer.json, or a folder with one or with vocab.json and merges.txt. */
async function findFiles(path: string): Promise<readonly TokenizerPath[]> {
  const info = await stat(path).catch(() => null);
  if (info?.isFile() === true) return [{ role: 'tokenizer', path }];
  const known = Object.keys(BUILTIN).join(', ');
  if (info === null) throw new TokenizerFault(`is not there (${path}); built-in are ${known}`);
  const pair: TokenizerPath[] = [
    { role: 'merges', path: join(path, 'merges.txt') },
    { role: 'vocab', path: join(path, 'vocab.json') },
  ];
  if ((await Promise.all(pair.map((file) => isFile(file.path)))).every(Boolean)) return pair;
  const single = join(path, 'tokenizer.json');
  if (await isFile(single)) return [{ role: 'tokenizer', path: single }];
  throw new TokenizerFault(`is a folder without vocab.json and merges.txt, and without tokenizer.json`);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}

async function checkFile(file: TokenizerPath): Promise<void> {
  const text = await readFile(file.path, 'utf8');
  const name = basename(file.path);
  if (file.role === 'merges') return checkMerges(text, name);
  const value = parseJson(text, name);
  if (!isPlainObject(value)) throw new TokenizerFault(`: ${name} holds no JSON object`);
  if (file.role === 'vocab') return checkVocab(value, name);
  if (!isPlainObject(value['model']))
    throw new TokenizerFault(`: ${name} has no "model"; it is no tokenizer.json`);
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TokenizerFault(`: ${name} is no JSON`, { cause: error });
  }
}

function checkVocab(value: Record<string, unknown>, name: string): void {
  const ids = Object.values(value);
  if (ids.length > 0 && ids.every((id) => Number.isInteger(id))) return;
  throw new TokenizerFault(`: ${name} must map tokens to integers`);
}

function checkMerges(text: string, name: string): void {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#version'));
  if (lines.length > 0 && lines.every((line) => line.trim().split(' ').length === 2)) return;
  throw new TokenizerFault(`: ${name} must have two tokens on every line`);
}

async function describe(file: TokenizerPath, digests: FileDigests): Promise<JobTokenizerFile> {
  const sha256 = await digests.find(file.path);
  if (sha256 === null) throw new TokenizerFault(`: ${basename(file.path)} is not there`);
  return { role: file.role, uri: pathToFileURL(file.path).href, sha256 };
}

/** One file: its digest. Several: SHA-256 over their hex digests, in order of role. */
function combinedDigest(files: readonly JobTokenizerFile[]): string {
  if (files.length === 1) return files[0]!.sha256;
  return sha256Hex(files.map((file) => file.sha256).join(''));
}

function nameOf(path: string): string {
  return basename(path) === 'tokenizer.json' ? basename(dirname(path)) : basename(path);
}
