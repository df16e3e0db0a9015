import { z } from 'zod';

export const errorItemSchema = z
  .object({
    pointer: z.string().describe('JSON pointer into what was sent'),
    code: z.string().optional(),
    message: z.string(),
  })
  .meta({ id: 'ErrorItem' });

/** RFC 9457 */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string().describe('Stable; listed in docs/contracts/error-codes.md'),
    traceId: z.string().describe('Also in the server log'),
    errors: z.array(errorItemSchema).optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;
