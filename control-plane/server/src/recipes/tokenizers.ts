import { basename, dirname } from 'node:path';
import { isPlainObject, sha256Hex } from '../common/canonical-json.js';
import type { ErrorItem } from '../common/errors.js';
import type { JobTokenizer, JobTokenizerFile } from '../contracts/contracts.js';
import type { RecipeTokenizer } from './recipe.js';
import { readableName, type RecipeFiles, recipeUri, uriBelow } from './recipe-files.js';

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
  readonly files: RecipeFiles;
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
    const uri = recipeUri(wanted.path, context.baseDirectory);
    const files = await findFiles(uri, context.files);
    await Promise.all(files.map((file) => checkFile(file, context.files)));
    const described = await Promise.all(files.map((file) => describe(file, context.files)));
    const sha256 = combinedDigest(described);
    if (wanted.sha256 !== undefined && wanted.sha256 !== sha256) {
      throw new TokenizerFault(`has the SHA-256 ${sha256}, the recipe says ${wanted.sha256}`);
    }
    const name = nameOf(uri);
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

interface TokenizerPlace {
  readonly role: JobTokenizerFile['role'];
  readonly uri: string;
}

/** The files behind a URI: a tokenizer.json, or a folder with one or with vocab.json and merges.txt. */
async function findFiles(uri: string, files: RecipeFiles): Promise<readonly TokenizerPlace[]> {
  if (await files.isFile(uri)) return [{ role: 'tokenizer', uri }];
  const pair: TokenizerPlace[] = [
    { role: 'merges', uri: uriBelow(uri, 'merges.txt') },
    { role: 'vocab', uri: uriBelow(uri, 'vocab.json') },
  ];
  if ((await Promise.all(pair.map((file) => files.isFile(file.uri)))).every(Boolean)) return pair;
  const single = uriBelow(uri, 'tokenizer.json');
  if (await files.isFile(single)) return [{ role: 'tokenizer', uri: single }];
  const known = Object.keys(BUILTIN).join(', ');
  throw new TokenizerFault(
    `is not there (${readableName(uri)}): no file, and no folder with tokenizer.json or with vocab.json and merges.txt; built-in are ${known}`,
  );
}

async function checkFile(file: TokenizerPlace, files: RecipeFiles): Promise<void> {
  const text = await files.readText(file.uri);
  const name = basename(file.uri);
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

async function describe({ role, uri }: TokenizerPlace, files: RecipeFiles): Promise<JobTokenizerFile> {
  const sha256 = await files.findDigest(uri);
  if (sha256 === null) throw new TokenizerFault(`: ${basename(uri)} is not there`);
  return { role, uri, sha256 };
}

/** One file: its digest. Several: SHA-256 over their hex digests, in order of role. */
function combinedDigest(files: readonly JobTokenizerFile[]): string {
  if (files.length === 1) return files[0]!.sha256;
  return sha256Hex(files.map((file) => file.sha256).join(''));
}

function nameOf(uri: string): string {
  const path = readableName(uri);
  return basename(path) === 'tokenizer.json' ? basename(dirname(path)) : basename(path);
}
