import { describe, expect, it } from '@jest/globals';
import { ruleVerdicts } from './rule-verdicts.js';

const rule = (value: string, min: number | null, max: number | null) => ({
  family: 'gopher-quality',
  reason: `${value}_reason`,
  value,
  min,
  max,
});

describe('rule verdicts', () => {
  const report = {
    rules: [rule('words', 50, null), rule('words', null, 100), rule('hash_ratio', null, 0.1)],
  };
  const decisions = (values: Record<string, unknown>) =>
    ruleVerdicts(report, { rule_values: values })?.map(({ decision }) => decision);

  it('pass at the bound and reject beyond it', () => {
    expect(decisions({ words: 50, hash_ratio: 0.1 })).toEqual(['pass', 'pass', 'pass']);
    expect(decisions({ words: 49, hash_ratio: 0.1001 })).toEqual(['reject', 'pass', 'reject']);
    expect(decisions({ words: 101, hash_ratio: 0 })).toEqual(['pass', 'reject', 'pass']);
  });

  it('pass what was not measured', () => {
    expect(decisions({ words: null })).toEqual(['pass', 'pass', 'pass']);
    expect(ruleVerdicts(report, { rule_values: {} })?.map(({ measured }) => measured)).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('say how many lines a rule for lines cut, whatever its bound', () => {
    const line = { ...rule('c4_short_lines', 3, null), unit: 'line' };
    const verdict = (lines: number | null) =>
      ruleVerdicts({ rules: [line] }, { rule_values: { c4_short_lines: lines } })?.[0];
    expect(verdict(7)).toEqual({ ...line, measured: 7, decision: 'cut' });
    expect(verdict(2)?.decision).toBe('cut');
    expect(verdict(0)?.decision).toBe('pass');
    expect(verdict(null)).toEqual({ ...line, measured: null, decision: 'pass' });
  });

  it('are not known of a row without values or a version without rules', () => {
    expect(ruleVerdicts(report, { doc_id: 'a' })).toBeNull();
    expect(ruleVerdicts({}, { rule_values: { words: 1 } })).toBeNull();
  });
});
