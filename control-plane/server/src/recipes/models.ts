import { basename, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ErrorItem } from '../common/errors.js';
import type { JobModel } from '../contracts/contracts.js';
import { type FileDigests, readHead } from './file-digests.js';
import type { RecipeModel, RecipeModelObject } from './recipe.js';

/** First 4 bytes of every fastText model, little-endian (fastText, src/fasttext.cc, FASTTEXT_FILEFORMAT_MAGIC_INT32). */
const FASTTEXT_MAGIC = 793_712_314;
const SUFFIXES = ['.ftz', '.bin'] as const;

export interface ModelContext {
  /** Folder of models that a recipe names without a path. */
  readonly modelsDirectory: string;
  readonly baseDirectory: string;
  readonly digests: FileDigests;
}

export type ResolvedModel =
  | { readonly model: JobModel; readonly settings: RecipeModelObject; readonly problem: null }
  | { readonly model: null; readonly settings: null; readonly problem: ErrorItem };

/** Finds a model of the score stage and proves that it is there, is what the digest says, and is a fastText model. */
export async function resolveModel(
  model: RecipeModel,
  pointer: string,
  context: ModelContext,
): Promise<ResolvedModel> {
  const { name, candidates } = locate(model, context);
  for (const path of candidates) {
    const sha256 = await context.digests.find(path);
    if (sha256 === null) continue;
    const fault = await modelFault(path, sha256, model);
    return fault === null ? found(model, path, sha256) : invalid(pointer, `model ${name}: ${fault}`);
  }
  return invalid(
    pointer,
    `model ${name} is not there: looked for ${candidates.join(' and ')}; put it there, or give its path and sha256`,
  );
}

function locate(model: RecipeModel, context: ModelContext): { name: string; candidates: readonly string[] } {
  if (typeof model === 'string') {
    return {
      name: model,
      candidates: SUFFIXES.map((suffix) => join(context.modelsDirectory, model + suffix)),
    };
  }
  return { name: model.name, candidates: [localPath(model.path, context.baseDirectory)] };
}

async function modelFault(path: string, sha256: string, model: RecipeModel): Promise<string | null> {
  if (typeof model !== 'string' && model.sha256 !== sha256) {
    return `${path} has the SHA-256 ${sha256}, the recipe says ${model.sha256}`;
  }
  const head = await readHead(path, 4);
  const isFastText = head.length === 4 && head.readInt32LE(0) === FASTTEXT_MAGIC;
  return isFastText ? null : `${path} is not a fastText model (its first 4 bytes are others)`;
}

function found(model: RecipeModel, path: string, sha256: string): ResolvedModel {
  const settings =
    typeof model === 'string' ? { name: model, path: basename(path), sha256, label: '__label__hq' } : model;
  return { model: { name: settings.name, uri: pathToFileURL(path).href, sha256 }, settings, problem: null };
}

function invalid(pointer: string, message: string): ResolvedModel {
  return { model: null, settings: null, problem: { pointer, code: 'MODEL_INVALID', message } };
}

/** Absolute path of a path or file:// URI of a recipe. */
export function localPath(pathOrUri: string, baseDirectory: string): string {
  if (pathOrUri.startsWith('file://')) return fileURLToPath(pathOrUri);
  return isAbsolute(pathOrUri) ? pathOrUri : resolve(baseDirectory, pathOrUri);
}
