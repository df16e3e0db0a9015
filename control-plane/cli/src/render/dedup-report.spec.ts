import { describe, expect, it } from '@jest/globals';
import type { FunnelStage, Report } from '@corpusmill/client';

import { renderDedup } from './dedup-report.js';

function reportOf(own: Record<string, unknown>, stage: FunnelStage['stage'] = 'dedup'): Report {
  const counts = { in: 6, kept: 2, rejected: 4, quarantined: 0 };
  const funnel: FunnelStage = {
    stage,
    dataset: 'web/dedup',
    version: '0123456789ab',
    ...counts,
    rejectedByReason: {},
    quarantinedByReason: {},
    bySource: {},
    byLanguage: {},
    tokens: null,
    wallSeconds: 1,
    report: own,
  };
  return { dataset: 'web', version: '0123456789ab', tokens: null, funnel: [funnel] };
}

describe('the dedup part of a report', () => {
  it('shows pairs, the curve, cluster sizes, removal by source and by earlier version', () => {
    const sections = renderDedup(
      reportOf({
        fuzzy: {
          candidatePairs: 12,
          verifiedPairs: 7,
          greedyRounds: 2,
          componentRounds: 3,
          cappedDocuments: 1,
          cappedBuckets: 3,
          curve: [
            { similarity: 0.5, probability: 0.053 },
            { similarity: 1, probability: 1 },
          ],
        },
        clusterSizes: [
          { from: 1, to: 1, clusters: 1, documents: 1 },
          { from: 4, to: 7, clusters: 1, documents: 5 },
        ],
        removedBySource: { crawl: { documents: 4, removed: 3, fraction: 0.75 } },
        against: [{ version: 'old/dedup@ba9876543210', removedByReason: { exact_duplicate: 2 } }],
        passages: { repeated: 9, documents: 4, skippedDocuments: 2 },
      }),
    );
    expect(sections).toHaveLength(5);
    expect(sections[0]).toMatch(/compared +12\n.*similar enough +7\n.*rounds +2, of components 3\n/s);
    expect(sections[0]).toMatch(/capped documents +1\n.*capped buckets +3\n/s);
    expect(sections[0]).toMatch(/passages cut +9 in 4 documents\n.*too long for it +2/s);
    expect(sections[1]).toContain('      1.00   1.000  ##############################');
    expect(sections[2]).toContain(' 4-7         1          5  #########################');
    expect(sections[3]).toMatch(/crawl +4 +3 +75\.0%/);
    expect(sections[4]).toMatch(/old\/dedup@ba9876543210 +exact_duplicate +2/);
  });

  it('says nothing where a part is missing or there was no dedup', () => {
    expect(renderDedup(reportOf({ fuzzy: null }))).toEqual([]);
    expect(renderDedup(reportOf({}, 'filter'))).toEqual([]);
  });
});
