import type { Row } from '../datasets/version-rows.service.js';
import type { TraceDto } from './dto/trace.dto.js';

/** What a trace tells of a document's row; never its text. */
export function toTraceDocument(row: Row): NonNullable<TraceDto['document']> {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  const number = (name: string): number | null => (typeof row[name] === 'number' ? row[name] : null);
  return {
    docId: String(row['doc_id']),
    id: text('id'),
    url: text('url'),
    title: text('title'),
    source: text('source'),
    domain: text('domain'),
    warcUri: text('warc_uri'),
    warcOffset: number('warc_offset'),
    fetchTime: text('fetch_time'),
    lang: text('lang'),
    langScore: number('lang_score'),
    clusterId: text('cluster_id'),
    clusterSize: number('cluster_size'),
  };
}
