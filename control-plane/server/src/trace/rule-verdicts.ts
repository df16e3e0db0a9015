import { z } from 'zod';
import type { Row } from '../datasets/version-rows.service.js';
import { type RuleVerdict, ruleVerdictSchema } from '../explanations/dto/explanation.dto.js';

const reportSchema = z.object({
  rules: z.array(ruleVerdictSchema.omit({ measured: true, decision: true })),
});

/**
 * What each rule of a filter version said of a document: the rules as the version's job reported them, the values as
 * it wrote them. null where the version reports no rules, or the row holds no values (an earlier stage took it out).
 */
export function ruleVerdicts(report: Readonly<Record<string, unknown>>, row: Row): RuleVerdict[] | null {
  const parsed = reportSchema.safeParse(report);
  const values = z.record(z.string(), z.unknown()).safeParse(row['rule_values']);
  if (!parsed.success || !values.success) return null;
  return parsed.data.rules.map((rule) => {
    const value = values.data[rule.value];
    const measured = typeof value === 'number' ? value : null;
    const isBroken =
      measured !== null && (measured < (rule.min ?? -Infinity) || measured > (rule.max ?? Infinity));
    return { ...rule, measured, decision: isBroken ? 'reject' : 'pass' };
  });
}
