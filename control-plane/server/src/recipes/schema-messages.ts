import type { ErrorObject } from 'ajv/dist/2020.js';
import type { ErrorItem } from '../common/errors.js';
import { escapePointer } from '../common/http/validation.pipe.js';
import { typeOf } from './schema-branches.js';

const MAX_QUOTE = 80;
const MAX_EDITS = 3;

/** One schema error in words: the value, what is wrong, what to write. */
export function describeSchemaError(error: ErrorObject, prefix: string): ErrorItem {
  const pointer = prefix + error.instancePath;
  const describe = DESCRIPTIONS[error.keyword];
  const { suffix = '', message } = describe?.(error) ?? {
    message: `${quote(error.data)} ${error.message ?? ''}`,
  };
  return { pointer: pointer + suffix, message };
}

interface Description {
  readonly suffix?: string;
  readonly message: string;
}

type Describe = (error: ErrorObject) => Description;

const limit: Describe = ({ data, params }) => ({
  message: `${quote(data)} must be ${String(params['comparison'])} ${String(params['limit'])}`,
});

const size =
  (unit: string, relation: 'at least' | 'at most'): Describe =>
  ({ params }) => ({ message: `must have ${relation} ${String(params['limit'])} ${unit}` });

const DESCRIPTIONS: Readonly<Record<string, Describe>> = {
  additionalProperties: ({ params, parentSchema }) => {
    const key = String(params['additionalProperty']);
    const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
    const hint = nearest(key, known);
    return {
      suffix: `/${escapePointer(key)}`,
      message: `unknown key ${quote(key)}; ${hint === null ? `known are ${known.join(', ')}` : `did you mean ${hint}?`}`,
    };
  },
  required: ({ params }) => {
    const key = String(params['missingProperty']);
    return { suffix: `/${escapePointer(key)}`, message: `${key} is missing` };
  },
  dependentRequired: ({ params }) => {
    const [property, missing] = [String(params['property']), String(params['missingProperty'])];
    return { suffix: `/${missing}`, message: `${property} needs ${missing}; add ${missing}: {}` };
  },
  type: ({ data, params }) => ({
    message: `${quote(data)} is ${typeOf(data)}, must be ${String(params['type'])}`,
  }),
  enum: ({ data, params }) => {
    const allowed = (params['allowedValues'] as readonly unknown[]).map(String);
    const hint = nearest(String(data), allowed);
    const known = `must be one of ${allowed.join(', ')}`;
    return { message: `${quote(data)} ${known}${hint === null ? '' : `; did you mean ${hint}?`}` };
  },
  const: ({ data, params }) => ({ message: `${quote(data)} must be ${quote(params['allowedValue'])}` }),
  pattern: ({ data, params }) => ({
    message: `${quote(data)} does not match ${String(params['pattern'])}${patternHint(params)}`,
  }),
  minimum: limit,
  maximum: limit,
  exclusiveMinimum: limit,
  exclusiveMaximum: limit,
  minItems: size('elements', 'at least'),
  maxItems: size('elements', 'at most'),
  minLength: size('characters', 'at least'),
  maxLength: size('characters', 'at most'),
  minProperties: size('keys', 'at least'),
  uniqueItems: ({ params }) => ({
    suffix: `/${String(params['i'])}`,
    message: `the same as element ${String(params['j'])}; name each only once`,
  }),
};

function patternHint(params: Readonly<Record<string, unknown>>): string {
  const pattern = String(params['pattern']);
  if (pattern.startsWith('^[a-z0-9]+('))
    return '; use lower-case letters and digits joined by single hyphens';
  return pattern === '^[0-9a-f]{64}$' ? '; write the SHA-256 as 64 lower-case hex digits' : '';
}

/** A value as short JSON. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}…` : text;
}

/** The known word within three edits; null where none is. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.edits - right.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.min(MAX_EDITS, word.length - 1) ? best.candidate : null;
}

/** Levenshtein distance; words far apart in length are not compared. */
function editDistance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > MAX_EDITS) return MAX_EDITS + 1;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substitute = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}
