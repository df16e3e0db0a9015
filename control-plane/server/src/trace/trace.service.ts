import { Injectable } from '@nestjs/common';
import { assertUnreachable } from '../common/assert-unreachable.js';
import type { ManifestFile } from '../contracts/contracts.js';
import { type Stage, STAGES } from '../contracts/stage.js';
import { DatasetsService, shortKey } from '../datasets/datasets.service.js';
import { type Row, type RowSearch, VersionRowsService } from '../datasets/version-rows.service.js';
import type { VersionRow } from '../versions/version.entity.js';
import type { TraceDto, TraceQuery, TraceStageDto } from './dto/trace.dto.js';
import { SidecarService } from './sidecar.service.js';
import { DocumentNotFound } from './trace.errors.js';
import { ruleVerdicts } from './rule-verdicts.js';
import { toTraceDocument } from './trace-document.js';

/** Where a document was found: the stage that kept it last, or the one that took it out. */
interface Sighting {
  readonly row: Row;
  readonly stage: Stage;
  readonly decision: 'kept' | 'rejected';
}

/** From a token or page to its document, its shards and what each stage decided. */
@Injectable()
export class TraceService {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly rows: VersionRowsService,
    private readonly sidecars: SidecarService,
  ) {}

  /** Throws DatasetNotFound, DatasetVersionNotFound, FileNotFound, TokenNotFound, DocumentNotFound. */
  async trace(query: TraceQuery): Promise<TraceDto> {
    const { dataset, row } = await this.datasets.resolve(query.dataset, query.version);
    const piece =
      query.file === undefined ? null : await this.sidecars.findPiece(row, query.file, query.token ?? 0);
    const search = searchOf(query, piece?.docId);
    const ancestry = byStage(await this.datasets.line(row));
    const sighting = await this.find(ancestry, search);
    if (sighting === null) throw new DocumentNotFound(`${search.column} ${search.value}`, shortKey(row.key));
    const docId = String(sighting.row['doc_id']);
    const isInShards = sighting.decision === 'kept' && sighting.stage === row.stage;
    return {
      dataset,
      version: shortKey(row.key),
      document: toTraceDocument(sighting.row),
      position:
        piece === null
          ? null
          : { file: query.file ?? '', token: query.token ?? 0, documentToken: piece.documentToken },
      shards: isInShards ? await this.sidecars.findPlaces(row, docId) : [],
      stages: ancestry.map((version) =>
        toStage(version, version.key === row.key ? dataset : version.manifest.dataset, sighting),
      ),
    };
  }

  /**
   * Looks from the last stage back: what the last stage kept went through all before it, and what
   * a stage rejected went through all before that. So the search ends at the first sighting.
   */
  private async find(ancestry: readonly VersionRow[], search: RowSearch): Promise<Sighting | null> {
    const last = ancestry.at(-1);
    if (last === undefined) return null;
    const kept = await this.rows.find(last, keptRole(last.stage), search);
    if (kept !== null) return { row: kept, stage: last.stage, decision: 'kept' };
    for (const version of ancestry.toReversed()) {
      const rejected = await this.rows.find(version, 'rejected', search);
      if (rejected !== null) return { row: rejected, stage: version.stage, decision: 'rejected' };
    }
    return null;
  }
}

/** The role that holds a stage's kept documents. */
function keptRole(stage: Stage): ManifestFile['role'] {
  return stage === 'mix' ? 'provenance' : 'documents';
}

function searchOf(query: TraceQuery, docId: string | undefined): RowSearch {
  if (query.url !== undefined) return { column: 'url', value: query.url };
  return { column: 'doc_id', value: docId ?? query.doc ?? '' };
}

function byStage(ancestry: readonly VersionRow[]): readonly VersionRow[] {
  return ancestry.toSorted((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
}

/** What a stage decided, given where the document was seen last. */
function toStage(version: VersionRow, dataset: string, sighting: Sighting): TraceStageDto {
  const base = {
    stage: version.stage,
    dataset,
    version: shortKey(version.key),
    reason: null,
    detail: null,
    duplicateOf: null,
    similarity: null,
    rules: version.stage === 'filter' ? ruleVerdicts(version.manifest.report, sighting.row) : null,
  };
  const order = STAGES.indexOf(version.stage) - STAGES.indexOf(sighting.stage);
  if (order < 0) return { ...base, decision: 'kept' };
  if (order > 0) return { ...base, decision: 'absent' };
  switch (sighting.decision) {
    case 'kept':
      return { ...base, decision: 'kept' };
    case 'rejected':
      return { ...base, decision: 'rejected', ...rejectionOf(sighting.row) };
    default:
      return assertUnreachable(sighting.decision);
  }
}

function rejectionOf(row: Row): Pick<TraceStageDto, 'reason' | 'detail' | 'duplicateOf' | 'similarity'> {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  return {
    reason: text('reason'),
    detail: text('detail'),
    duplicateOf: text('duplicate_of'),
    similarity: typeof row['similarity'] === 'number' ? row['similarity'] : null,
  };
}
