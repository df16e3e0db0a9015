import type { FunnelStage, Report } from '@corpusmill/client';

import { formatCount, formatShare } from '../output/format.js';
import { renderFields, renderTable } from '../output/table.js';
import { sanitizeLine } from '../output/text.js';

type Node = Readonly<Record<string, unknown>>;

const BAR_WIDTH = 30;

/** What dedup reports of its own: the LSH curve, pairs, clusters, and what each source and earlier version took. */
export function renderDedup(report: Report): readonly string[] {
  const stage = report.funnel.find((one) => one.stage === 'dedup');
  if (stage === undefined) return [];
  return [
    titled('Dedup: pairs', renderPairs(stage)),
    titled('Dedup: chance that two documents are compared', renderCurve(stage)),
    titled('Dedup: clusters by size', renderClusters(stage)),
    titled('Dedup: removed of each source', renderRemoved(stage)),
    titled('Dedup: found in earlier versions', renderAgainst(stage)),
  ].filter((text) => text !== '');
}

function titled(title: string, table: string): string {
  return table === '' ? '' : `${title}\n${table}`;
}

function renderPairs({ report }: FunnelStage): string {
  const fuzzy = asNode(report['fuzzy']);
  if (fuzzy === null) return '';
  const passages = asNode(report['passages']);
  return renderFields([
    ['compared', formatCount(asNumber(fuzzy['candidatePairs']))],
    ['similar enough', formatCount(asNumber(fuzzy['verifiedPairs']))],
    ['rounds', `${asNumber(fuzzy['greedyRounds'])}, of components ${asNumber(fuzzy['componentRounds'])}`],
    ['capped documents', formatCount(asNumber(fuzzy['cappedDocuments']))],
    ['capped buckets', formatCount(asNumber(fuzzy['cappedBuckets']))],
    [
      'passages cut',
      passages === null
        ? null
        : `${formatCount(asNumber(passages['repeated']))} in ${formatCount(asNumber(passages['documents']))} documents`,
    ],
    ['too long for it', passages === null ? null : formatCount(asNumber(passages['skippedDocuments']))],
  ]);
}

function renderCurve({ report }: FunnelStage): string {
  const points = asNodes(asNode(report['fuzzy'])?.['curve']);
  if (points.length === 0) return '';
  return renderTable<Node>(
    [
      { header: 'SIMILARITY', value: (point) => asNumber(point['similarity']).toFixed(2), align: 'right' },
      { header: 'CHANCE', value: (point) => asNumber(point['probability']).toFixed(3), align: 'right' },
      { header: '', value: (point) => bar(asNumber(point['probability'])) },
    ],
    points,
  );
}

function renderClusters({ report }: FunnelStage): string {
  const sizes = asNodes(report['clusterSizes']);
  if (sizes.length === 0) return '';
  const all = sizes.reduce((sum, size) => sum + asNumber(size['documents']), 0);
  return renderTable<Node>(
    [
      { header: 'SIZE', value: sizeRange, align: 'right' },
      { header: 'CLUSTERS', value: (size) => formatCount(asNumber(size['clusters'])), align: 'right' },
      { header: 'DOCUMENTS', value: (size) => formatCount(asNumber(size['documents'])), align: 'right' },
      { header: '', value: (size) => bar(asNumber(size['documents']) / Math.max(1, all)) },
    ],
    sizes,
  );
}

function sizeRange(size: Node): string {
  const [from, to] = [asNumber(size['from']), asNumber(size['to'])];
  return from === to ? formatCount(from) : `${formatCount(from)}-${formatCount(to)}`;
}

function renderRemoved({ report }: FunnelStage): string {
  const sources = Object.entries(asNode(report['removedBySource']) ?? {});
  if (sources.length === 0) return '';
  return renderTable<[string, unknown]>(
    [
      { header: 'SOURCE', value: ([source]) => sanitizeLine(source) },
      {
        header: 'DOCUMENTS',
        value: ([, of]) => formatCount(asNumber(asNode(of)?.['documents'])),
        align: 'right',
      },
      {
        header: 'REMOVED',
        value: ([, of]) => formatCount(asNumber(asNode(of)?.['removed'])),
        align: 'right',
      },
      {
        header: '',
        value: ([, of]) =>
          formatShare(asNumber(asNode(of)?.['removed']), asNumber(asNode(of)?.['documents'])),
        align: 'right',
      },
    ],
    sources,
  );
}

function renderAgainst({ report }: FunnelStage): string {
  const rows = asNodes(report['against']).flatMap((version) =>
    Object.entries(asNode(version['removedByReason']) ?? {}).map(([reason, count]) => ({
      version: String(version['version']),
      reason,
      count: asNumber(count),
    })),
  );
  if (rows.length === 0) return '';
  return renderTable<(typeof rows)[number]>(
    [
      { header: 'VERSION', value: (row) => sanitizeLine(row.version) },
      { header: 'REASON', value: (row) => sanitizeLine(row.reason) },
      { header: 'DOCUMENTS', value: (row) => formatCount(row.count), align: 'right' },
    ],
    rows,
  );
}

function bar(share: number): string {
  return '#'.repeat(Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH));
}

function asNode(value: unknown): Node | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : null;
}

function asNodes(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.map(asNode).filter((node) => node !== null) : [];
}

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
