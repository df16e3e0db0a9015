import type { FunnelStage, Report } from '@corpusmill/client';

import { formatCount, formatDuration, formatShare } from '../output/format.js';
import { renderTable } from '../output/table.js';
import type { Column } from '../output/table.js';
import { sanitizeLine } from '../output/text.js';
import { renderDedup } from './dedup-report.js';

interface ReasonRow {
  readonly stage: string;
  readonly kind: string;
  readonly reason: string;
  readonly count: number;
  readonly of: number;
}

interface SourceRow {
  readonly source: string;
  readonly stage: string;
  readonly in: number;
  readonly kept: number;
  readonly rejected: number;
  readonly quarantined: number;
}

/** The funnel alone: one row per stage. */
export function renderFunnel(report: Report): string {
  const columns: readonly Column<FunnelStage>[] = [
    { header: 'STAGE', value: (stage) => stage.stage },
    { header: 'IN', value: (stage) => formatCount(stage.in), align: 'right' },
    { header: 'KEPT', value: (stage) => formatCount(stage.kept), align: 'right' },
    { header: '', value: (stage) => formatShare(stage.kept, stage.in), align: 'right' },
    { header: 'REJECTED', value: (stage) => formatCount(stage.rejected), align: 'right' },
    { header: 'QUARANTINED', value: (stage) => formatCount(stage.quarantined), align: 'right' },
    {
      header: 'TOKENS',
      value: (stage) => (stage.tokens === null ? '' : formatCount(stage.tokens)),
      align: 'right',
    },
    { header: 'TOOK', value: (stage) => formatDuration(stage.wallSeconds), align: 'right' },
  ];
  return renderTable(columns, report.funnel);
}

/** The funnel, then what was dropped by reason, what each source gave, the languages at the end, and what dedup found. */
export function renderReport(report: Report): string {
  const head = `${sanitizeLine(report.dataset)}@${sanitizeLine(report.version)}`;
  const sections = [
    `${head}\n\n${renderFunnel(report)}`,
    section('Dropped, by reason', renderReasons(report)),
    section('By source', renderSources(report)),
    section('Languages kept', renderLanguages(report)),
    ...renderDedup(report),
  ];
  return sections.filter((text) => text !== '').join('\n');
}

function section(title: string, table: string): string {
  return table === '' ? '' : `${title}\n${table}`;
}

function renderReasons(report: Report): string {
  const rows = report.funnel.flatMap((stage) => [
    ...reasonRows(stage, 'rejected', stage.rejectedByReason),
    ...reasonRows(stage, 'quarantined', stage.quarantinedByReason),
  ]);
  if (rows.length === 0) return '';
  return renderTable<ReasonRow>(
    [
      { header: 'STAGE', value: (row) => row.stage },
      { header: 'KIND', value: (row) => row.kind },
      { header: 'REASON', value: (row) => row.reason },
      { header: 'DOCUMENTS', value: (row) => formatCount(row.count), align: 'right' },
      { header: 'OF INPUT', value: (row) => formatShare(row.count, row.of), align: 'right' },
    ],
    rows,
  );
}

function reasonRows(stage: FunnelStage, kind: string, counts: Readonly<Record<string, number>>): ReasonRow[] {
  const entries = Object.entries(counts).toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return entries.map(([reason, count]) => ({ stage: stage.stage, kind, reason, count, of: stage.in }));
}

function renderSources(report: Report): string {
  const rows = report.funnel.flatMap((stage) =>
    Object.entries(stage.bySource).map(([source, counts]) => ({ source, stage: stage.stage, ...counts })),
  );
  if (rows.length === 0) return '';
  return renderTable<SourceRow>(
    [
      { header: 'SOURCE', value: (row) => row.source },
      { header: 'STAGE', value: (row) => row.stage },
      { header: 'IN', value: (row) => formatCount(row.in), align: 'right' },
      { header: 'KEPT', value: (row) => formatCount(row.kept), align: 'right' },
      { header: 'REJECTED', value: (row) => formatCount(row.rejected), align: 'right' },
      { header: 'QUARANTINED', value: (row) => formatCount(row.quarantined), align: 'right' },
    ],
    rows.toSorted((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : 0)),
  );
}

function renderLanguages(report: Report): string {
  const last = report.funnel.at(-1);
  const languages = Object.entries(last?.byLanguage ?? {}).toSorted(
    ([a, x], [b, y]) => y - x || (a < b ? -1 : 1),
  );
  if (last === undefined || languages.length === 0) return '';
  return renderTable(
    [
      { header: 'LANGUAGE', value: ([language]: [string, number]) => language },
      { header: 'DOCUMENTS', value: ([, count]) => formatCount(count), align: 'right' },
      { header: '', value: ([, count]) => formatShare(count, last.kept), align: 'right' },
    ],
    languages,
  );
}
