import { CliError, EXIT } from '../errors.js';
import type { ManifestFile } from '../manifest/manifest.js';
import { fieldsOf, isExported, toRecord } from './export-record.js';
import type { ExportRecord } from './export-record.js';
import { openRemoteParquet, readBatches } from './parquet-rows.js';
import type { ParquetRow } from './parquet-rows.js';
import type { VersionSource } from './version-source.js';

/** Records that belong together in memory, with their fields. */
export interface RecordBatch {
  readonly fields: readonly string[];
  readonly records: readonly ExportRecord[];
}

/** What a version says of documents whose text stands upstream: extra columns by doc_id. */
type Overlay = ReadonlyMap<string, ParquetRow>;

const TEXTLESS_STAGES = new Set(['tokenize', 'mix']);
/** Columns of a text-less version that are put over the upstream's row. */
const OVERLAY_COLUMNS = new Set(['reason', 'detail']);
/**
 * Documents whose ids are held at once. A version without text is joined with its upstream in
 * passes of so many, so memory stays bounded and a larger version costs more passes.
 */
const IDS_PER_PASS = 500_000;

/**
 * Kept or rejected documents of a version, batch by batch. Where the version has no text
 * (tokenize, mix), the rows come from the nearest upstream version that has it, for exactly the
 * documents of this version.
 */
export async function* streamDocuments(
  source: VersionSource,
  rejected: boolean,
): AsyncGenerator<RecordBatch> {
  const role = roleOf(source, rejected);
  const files = source.manifest.files.filter((file) => file.role === role);
  if (!TEXTLESS_STAGES.has(source.manifest.stage)) {
    yield* readFiles(source, files, null);
    return;
  }
  const upstream = await findTextSource(source);
  const upstreamFiles = upstream.manifest.files.filter((file) => file.role === 'documents');
  for await (const overlay of readOverlays(source, files)) yield* readFiles(upstream, upstreamFiles, overlay);
}

function roleOf(source: VersionSource, rejected: boolean): ManifestFile['role'] {
  if (rejected) return 'rejected';
  return source.manifest.stage === 'mix' ? 'provenance' : 'documents';
}

async function findTextSource(source: VersionSource): Promise<VersionSource> {
  for (let next = await source.upstream(); next !== null; next = await next.upstream()) {
    if (!TEXTLESS_STAGES.has(next.manifest.stage)) return next;
  }
  throw new CliError('INPUT_MISSING', EXIT.notFound, 'no version upstream has the text of these documents');
}

async function* readFiles(
  source: VersionSource,
  files: readonly ManifestFile[],
  overlay: Overlay | null,
): AsyncGenerator<RecordBatch> {
  for (const file of files) {
    const parquet = await openRemoteParquet(source, file);
    const extra = overlay === null ? [] : extraColumns(overlay);
    const fields = fieldsOf([...parquet.columns, ...extra]);
    for await (const rows of readBatches(parquet, isExported)) {
      const chosen = overlay === null ? rows : chooseRows(rows, overlay);
      if (chosen.length > 0) yield { fields, records: chosen.map((row) => toRecord(row, fields)) };
    }
  }
}

/** The ids of the documents in files of a version, so many at once as memory may hold. */
export async function* readOverlays(
  source: VersionSource,
  files: readonly ManifestFile[],
): AsyncGenerator<Overlay> {
  let overlay = new Map<string, ParquetRow>();
  for (const file of files) {
    const parquet = await openRemoteParquet(source, file);
    for await (const rows of readBatches(
      parquet,
      (column) => column === 'doc_id' || OVERLAY_COLUMNS.has(column),
    )) {
      for (const { doc_id: id, ...extra } of rows) overlay.set(String(id), extra);
      if (overlay.size < IDS_PER_PASS) continue;
      yield overlay;
      overlay = new Map();
    }
  }
  if (overlay.size > 0) yield overlay;
}

function chooseRows(rows: readonly ParquetRow[], overlay: Overlay): ParquetRow[] {
  return rows.flatMap((row) => {
    const extra = overlay.get(String(row['doc_id']));
    return extra === undefined ? [] : [{ ...row, ...extra }];
  });
}

function extraColumns(overlay: Overlay): readonly string[] {
  const [first] = overlay.values();
  return Object.keys(first ?? {});
}
