import { LineCounter, parseDocument } from 'yaml';
import type { ErrorItem } from '../common/errors.js';
import { messageOf } from '../common/error-code.js';

export type Parsed<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: null; readonly problems: readonly ErrorItem[] };

/** Most aliases that may be expanded: bounds "billion laughs" documents. */
const MAX_ALIASES = 100;

/** Parses YAML 1.2 or JSON text without custom tags; duplicate keys are problems with their line. */
export function parseRecipeText(text: string): Parsed<unknown> {
  try {
    const lines = new LineCounter();
    const document = parseDocument(text, {
      uniqueKeys: true,
      version: '1.2',
      schema: 'core',
      lineCounter: lines,
    });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) {
      return {
        value: null,
        problems: faults.map((fault) => {
          const { line, col } = lines.linePos(fault.pos[0]);
          return textProblem(`line ${line}, column ${col}: ${firstLine(fault.message)}`);
        }),
      };
    }
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), problems: [] };
  } catch (error) {
    return { value: null, problems: [textProblem(firstLine(messageOf(error)))] };
  }
}

function textProblem(message: string): ErrorItem {
  return { pointer: '', message };
}

function firstLine(message: string): string {
  return message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
}
