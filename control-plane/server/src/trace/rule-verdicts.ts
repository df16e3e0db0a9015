import { z } from 'zod';
import type { Row } from '../datasets/version-rows.service.js';
import { type RuleVerdict, ruleVerdictSchema } from '../explanations/dto/explanation.dto.js';

const ruleSchema = ruleVerdictSchema.omit({ measured: true, decision: true }).extend({
  unit: ruleVerdictSchema.shape.unit.default('document'), // versions made before line rules had values
});
const reportSchema = z.object({ rules: z.array(ruleSchema) });

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
    return { ...rule, measured, decision: decisionOf(rule, measured) };
  });
}

function decisionOf(rule: z.infer<typeof ruleSchema>, measured: number | null): RuleVerdict['decision'] {
  if (measured === null) return 'pass';
  if (rule.unit === 'line') return measured > 0 ? 'cut' : 'pass';
  const isBroken = measured < (rule.min ?? -Infinity) || measured > (rule.max ?? Infinity);
  return isBroken ? 'reject' : 'pass';
}
