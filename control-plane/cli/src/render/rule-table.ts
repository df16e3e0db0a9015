import type { RuleVerdict } from '@corpusmill/client';

import type { Colours } from '../output/colour.js';
import { renderTable } from '../output/table.js';

const DIGITS = 6;

/** Rules in the order in which they decide, each with its value, its bound and what it says. */
export function renderRules(rules: readonly RuleVerdict[], colours: Colours): string {
  const paint = { pass: colours.green, reject: colours.red };
  return renderTable(
    [
      { header: 'FAMILY', value: (rule) => rule.family },
      { header: 'REASON', value: (rule) => rule.reason },
      { header: 'VALUE', value: (rule) => number(rule.measured), align: 'right' },
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

function boundOf({ min, max }: RuleVerdict): string {
  return min === null ? `≤ ${number(max)}` : `≥ ${number(min)}`;
}

/** At most six decimals, none where there are only zeros. */
function number(value: number | null): string {
  return value === null ? '-' : String(Number(value.toFixed(DIGITS)));
}
