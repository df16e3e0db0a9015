import type { JobSource } from '../contracts/contracts.js';
import type { Stage } from '../contracts/stage.js';

/** A recipe that has passed recipe.schema.json, every default filled in. */
export interface Recipe {
  readonly apiVersion: string;
  readonly name: string;
  readonly sources: readonly RecipeSource[];
  readonly stages: Partial<Record<Stage, StageSettings>>;
  readonly resources?: Partial<Record<Stage, RecipeResources>>;
}

export interface RecipeSource {
  readonly name: string;
  readonly kind: JobSource['kind'];
  readonly uris: readonly string[];
  readonly domain: string;
}

export interface RecipeResources {
  readonly cpu?: number;
  readonly memoryMb?: number;
  readonly partitionsPerCore?: number;
  readonly executors?: number | { readonly min: number; readonly max: number };
  readonly gpu?: number;
}

export type StageSettings = Readonly<Record<string, unknown>>;

/** A model of the score stage as a recipe may write it. */
export type RecipeModel = string | RecipeModelObject;

export interface RecipeModelObject {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly label: string;
  readonly minScore?: number;
}

export type RecipeTokenizer =
  | string
  | { readonly path: string; readonly sha256?: string; readonly endOfText?: string };
