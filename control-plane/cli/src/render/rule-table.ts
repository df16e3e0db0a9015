import type { RuleVerdict } from '@corpusmill/client';

import type { Colours } from '../output/colour.js';
import { renderTable } from '../output/table.js';

const DIGITS = 6;

/** Rules in the order in which they decide, each with its value, its bound and what it says. */
export function renderRules(rules: readonly RuleVerdict[], colours: Colours): string {
  const paint = { pass: colours.green, reject: colours.red, cut: colours.yellow };
  return renderTable(
    [
      { header: 'FAMILY', value: (rule) => rule.family },
      { header: 'REASON', value: (rule) => rule.reason },
      { header: 'VALUE', value: valueOf, align: 'right' },
      { header: 'BOUND', value: boundOf, align: 'right' },
      {
        header: 'DECISION',
        value: (rule) => (rule.measured === null ? '-' : rule.decision),
        paint: (text, rule) => paint[rule.decision](text),
      },
    ],
    rules,
  );
}

/** Of a rule for lines how many it cut; its bound is that of a line. */
function valueOf({ unit, measured }: RuleVerdict): string {
  if (unit === 'document' || measured === null) return number(measured);
  return measured === 1 ? '1 line' : `${measured} lines`;
}

function boundOf({ min, max }: RuleVerdict): string {
  if (min === null && max === null) return '-';
  return min === null ? `≤ ${number(max)}` : `≥ ${number(min)}`;
}

/** At most six decimals, none where there are only zeros. */
function number(value: number | null): string {
  return value === null ? '-' : String(Number(value.toFixed(DIGITS)));
}
