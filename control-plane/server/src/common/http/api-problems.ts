import { applyDecorators } from '@nestjs/common';
import { ApiDefaultResponse } from '@nestjs/swagger';
import { problemSchema } from './problem.dto.js';

/** Declares RFC 9457 problems as the answer of every other status. */
export function ApiProblems(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    ApiDefaultResponse({ standardSchema: problemSchema, description: 'Problem (RFC 9457)' }),
  );
}
