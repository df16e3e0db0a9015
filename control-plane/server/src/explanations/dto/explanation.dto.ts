import { z } from 'zod';
import { recipeRequestSchema } from '../../recipes/dto/recipe.dto.js';

const MAX_TEXT_CHARACTERS = 4_000_000;

/** One rule of a filter and what it says of one document, or how many of its lines it cut. */
export const ruleVerdictSchema = z
  .object({
    family: z.string(),
    reason: z.string().describe('Given where the bound is broken (docs/contracts/reasons.md)'),
    value: z.string().describe('Field of rule_values'),
    unit: z.enum(['document', 'line']).describe('What goes where the bound is broken'),
    min: z.number().nullable().describe('A lower value is rejected; of a line, it is cut'),
    max: z
      .number()
      .nullable()
      .describe('A higher value is rejected; of a line, it is cut. Neither: lines with a mark'),
    measured: z
      .number()
      .nullable()
      .describe('null where there was nothing to measure; of a rule for lines, how many it cut'),
    decision: z.enum(['pass', 'reject', 'cut']),
  })
  .meta({ id: 'RuleVerdict' });
export type RuleVerdict = z.infer<typeof ruleVerdictSchema>;

export const explanationRequestSchema = recipeRequestSchema
  .extend({
    text: z.string().max(MAX_TEXT_CHARACTERS),
    url: z.string().max(8192).optional(),
    language: z.string().max(16).optional(),
  })
  .meta({ id: 'ExplanationRequest' });
export type ExplanationRequest = z.infer<typeof explanationRequestSchema>;

export const explanationSchema = z
  .object({
    decision: z.enum(['keep', 'reject']),
    reason: z.string().nullable().describe('Of the first rule that rejects'),
    detail: z.string().nullable(),
    text: z.string().nullable().describe('What the rules leave of the text; null where they reject it'),
    rules: z.array(ruleVerdictSchema),
  })
  .meta({ id: 'Explanation' });
export type ExplanationDto = z.infer<typeof explanationSchema>;
