import { StandardSchemaValidationPipe } from '@nestjs/common';
import { type ErrorItem, RequestInvalid } from '../errors.js';

/** Checks bodies, queries and parameters against their zod schema; all problems at once. */
export function createValidationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const items = issues.map((issue): ErrorItem => ({
        pointer: toPointer(issue.path),
        message: issue.message,
      }));
      const detail = items.map((item) => `${item.pointer}: ${item.message}`).join('; ');
      return new RequestInvalid(`request is not valid: ${detail}`, items);
    },
  });
}

type Path = readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;

function toPointer(path: Path): string {
  return (path ?? [])
    .map((part) => `/${escapePointer(String(typeof part === 'object' ? part.key : part))}`)
    .join('');
}

/** Escapes one token of a JSON pointer (RFC 6901). */
export function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
