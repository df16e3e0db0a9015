import { shortKey } from '../datasets/datasets.service.js';
import { STAGES } from '../contracts/stage.js';
import type { VersionRow } from '../versions/version.entity.js';
import type { FunnelStageDto } from './dto/report.dto.js';

/** One row per stage that led to a version, the first stage first. `dataset` names the version itself. */
export function buildFunnel(dataset: string, ancestry: readonly VersionRow[]): FunnelStageDto[] {
  const rows = ancestry.map((row, index) => toFunnelStage(index === 0 ? dataset : row.manifest.dataset, row));
  return rows.toSorted((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
}

function toFunnelStage(dataset: string, { stage, key, manifest }: VersionRow): FunnelStageDto {
  return {
    stage,
    dataset,
    version: shortKey(key),
    ...manifest.counts,
    wallSeconds: manifest.timings.wallSeconds,
    report: manifest.report,
  };
}
