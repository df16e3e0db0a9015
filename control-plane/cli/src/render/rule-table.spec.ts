import { describe, expect, it } from '@jest/globals';
import type { RuleVerdict } from '@corpusmill/client';

import { buildColours } from '../output/colour.js';
import { renderRules } from './rule-table.js';

const verdict = (given: Partial<RuleVerdict>): RuleVerdict => ({
  family: 'c4',
  reason: 'too_few_sentences',
  value: 'c4_sentences',
  unit: 'document',
  min: null,
  max: null,
  measured: null,
  decision: 'pass',
  ...given,
});

const rowOf = (given: Partial<RuleVerdict>): string[] | undefined =>
  renderRules([verdict(given)], buildColours(false))
    .trimEnd()
    .split('\n')
    .at(-1)
    ?.split(/ {2,}/);

describe('the table of rules', () => {
  it('shows the value and the bound of a rule for documents', () => {
    expect(rowOf({ min: 5, measured: 4, decision: 'reject' })).toEqual([
      'c4',
      'too_few_sentences',
      '4',
      '≥ 5',
      'reject',
    ]);
    expect(rowOf({ max: 0.1, measured: 0.25 })?.slice(2)).toEqual(['0.25', '≤ 0.1', 'pass']);
    expect(rowOf({ max: 0.1 })?.slice(2)).toEqual(['-', '≤ 0.1', '-']);
  });

  it('shows how many lines a rule for lines cut, and the bound of one line', () => {
    const line = { reason: 'line_too_few_words', value: 'c4_short_lines', unit: 'line' } as const;
    expect(rowOf({ ...line, min: 3, measured: 7, decision: 'cut' })?.slice(1)).toEqual([
      'line_too_few_words',
      '7 lines',
      '≥ 3',
      'cut',
    ]);
    expect(rowOf({ ...line, measured: 1, decision: 'cut' })?.slice(2)).toEqual(['1 line', '-', 'cut']);
    expect(rowOf({ ...line, measured: 0 })?.slice(2)).toEqual(['0 lines', '-', 'pass']);
  });
});
