import { Injectable } from '@nestjs/common';
import { CorpusmillError, type ErrorItem } from '../common/errors.js';
import { isPlainObject } from '../common/canonical-json.js';
import type { JobInput } from '../contracts/contracts.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { RecipeInvalid } from '../recipes/recipes.errors.js';
import type { ResolvedRecipe } from '../recipes/recipes.service.js';
import type { VersionRow } from '../versions/version.entity.js';

/** Settings that bucket keys depend on: versions of dedup can be compared only where they are the same. */
const SIGNATURE_SETTINGS = ['shingleWords', 'bands', 'rows', 'seed'] as const;

/** Finds the versions that `dedup.against` names, as inputs of the dedup step. */
@Injectable()
export class EarlierVersions {
  constructor(private readonly datasets: DatasetsService) {}

  /** In the order of the recipe; throws RecipeInvalid for those that are not there or cannot be compared with. */
  async resolve({ recipe }: ResolvedRecipe): Promise<readonly JobInput[]> {
    const dedup = recipe.stages.dedup ?? {};
    const names = (dedup['against'] ?? []) as readonly string[];
    const found = await Promise.all(names.map((name) => this.find(name, dedup)));
    const problems = found.flatMap((one, index) =>
      typeof one === 'string' ? [{ pointer: `/stages/dedup/against/${index}`, message: one }] : [],
    ) satisfies readonly ErrorItem[];
    if (problems.length > 0) throw new RecipeInvalid(problems);
    return found.filter((one) => typeof one !== 'string');
  }

  /** The version as an input, or why it cannot be one. */
  private async find(text: string, dedup: Readonly<Record<string, unknown>>): Promise<JobInput | string> {
    const [name = '', version = 'latest'] = text.split('@');
    try {
      const { row } = await this.datasets.resolve(name, version);
      return whyNotComparable(row, dedup) ?? toInput(row);
    } catch (error) {
      if (error instanceof CorpusmillError && !error.retryable) return error.message;
      throw error;
    }
  }
}

function toInput({ manifest, manifestUri }: VersionRow): JobInput {
  const { dataset, stage, versionKey } = manifest;
  return { dataset, stage, versionKey, manifestUri };
}

function whyNotComparable(
  { stage, manifest }: VersionRow,
  dedup: Readonly<Record<string, unknown>>,
): string | null {
  if (stage !== 'dedup') return `it is a version of ${stage}; only versions of dedup keep signatures`;
  if (!manifest.files.some((file) => file.role === 'signatures'))
    return 'it keeps no signatures; make it again';
  const [ours, theirs] = [dedup['fuzzy'], manifest.settings['fuzzy']];
  if (!isPlainObject(ours)) return null;
  if (!isPlainObject(theirs))
    return 'it was made without fuzzy dedup and keeps no signatures of near duplicates';
  const different = SIGNATURE_SETTINGS.filter((setting) => ours[setting] !== theirs[setting]);
  if (different.length === 0) return null;
  const list = different.map(
    (setting) => `${setting} is ${String(theirs[setting])}, not ${String(ours[setting])}`,
  );
  return `its signatures were made with other settings: ${list.join(', ')}`;
}
