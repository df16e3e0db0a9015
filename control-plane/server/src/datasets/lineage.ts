import type { VersionRow } from '../versions/version.entity.js';
import { shortKey } from './datasets.service.js';
import type { LineageDto } from './dto/dataset.dto.js';

/** The graph of a version's ancestry. `dataset` names the version itself, which may be in several series. */
export function buildLineage(dataset: string, ancestry: readonly VersionRow[]): LineageDto {
  const known = new Set(ancestry.map((row) => row.key));
  return {
    nodes: ancestry.map((row, index) => ({
      dataset: index === 0 ? dataset : row.manifest.dataset,
      version: shortKey(row.key),
      versionKey: row.key,
      stage: row.stage,
      runId: row.runId,
      createdAt: row.createdAt.toISOString(),
    })),
    edges: ancestry.flatMap((row) =>
      row.manifest.inputs
        .filter((input) => known.has(input.versionKey))
        .map((input) => ({ from: input.versionKey, to: row.key })),
    ),
    sources: ancestry.flatMap((row) => [...row.manifest.sources]),
  };
}
