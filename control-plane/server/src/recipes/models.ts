import { basename } from 'node:path';
import type { ErrorItem } from '../common/errors.js';
import type { JobModel } from '../contracts/contracts.js';
import type { RecipeModel, RecipeModelObject } from './recipe.js';
import { readableName, type RecipeFiles, recipeUri, uriBelow } from './recipe-files.js';

/** First 4 bytes of every fastText model, little-endian (fastText, src/fasttext.cc, FASTTEXT_FILEFORMAT_MAGIC_INT32). */
const FASTTEXT_MAGIC = 793_712_314;
const SUFFIXES = ['.ftz', '.bin'] as const;

export interface ModelContext {
  /** URI of the folder of models that a recipe names without a path. */
  readonly modelsUri: string;
  readonly baseDirectory: string;
  readonly files: RecipeFiles;
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
  for (const uri of candidates) {
    const sha256 = await context.files.findDigest(uri);
    if (sha256 === null) continue;
    const fault = digestFault(uri, sha256, model) ?? (await formatFault(uri, context.files));
    return fault === null ? found(model, uri, sha256) : invalid(pointer, `model ${name}: ${fault}`);
  }
  const places = candidates.map(readableName).join(' and ');
  return invalid(
    pointer,
    `model ${name} is not there: looked for ${places}; put it there, or give its path and sha256`,
  );
}

function locate(model: RecipeModel, context: ModelContext): { name: string; candidates: readonly string[] } {
  if (typeof model === 'string') {
    return {
      name: model,
      candidates: SUFFIXES.map((suffix) => uriBelow(context.modelsUri, model + suffix)),
    };
  }
  return { name: model.name, candidates: [recipeUri(model.path, context.baseDirectory)] };
}

function digestFault(uri: string, sha256: string, model: RecipeModel): string | null {
  if (typeof model === 'string' || model.sha256 === sha256) return null;
  return `${readableName(uri)} has the SHA-256 ${sha256}, the recipe says ${model.sha256}`;
}

async function formatFault(uri: string, files: RecipeFiles): Promise<string | null> {
  const head = await files.readHead(uri, 4);
  const isFastText = head.length === 4 && head.readInt32LE(0) === FASTTEXT_MAGIC;
  return isFastText ? null : `${readableName(uri)} is not a fastText model (its first 4 bytes are others)`;
}

function found(model: RecipeModel, uri: string, sha256: string): ResolvedModel {
  const settings =
    typeof model === 'string' ? { name: model, path: basename(uri), sha256, label: '__label__hq' } : model;
  return { model: { name: settings.name, uri, sha256 }, settings, problem: null };
}

function invalid(pointer: string, message: string): ResolvedModel {
  return { model: null, settings: null, problem: { pointer, code: 'MODEL_INVALID', message } };
}
