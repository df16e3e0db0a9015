import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { RecipeRequest, RequestProblem } from '@corpusmill/client';
import { isCollection, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';

import { CliError, EXIT, UsageError } from './errors.js';

/** A recipe's text with what is needed to send it and to point into it. */
export interface RecipeFile {
  readonly path: string;
  readonly request: RecipeRequest;
  /** Adds value and line to the server's problems. */
  readonly locate: (problem: RequestProblem) => LocatedProblem;
}

/** A problem with the place in the file that causes it. */
export interface LocatedProblem extends RequestProblem {
  readonly line: number | null;
  /** The value there as JSON, cut; null where the file has none. */
  readonly value: string | null;
}

/** Every problem of a recipe at once: exit 2. */
export class RecipeInvalidError extends CliError {
  constructor(
    readonly path: string,
    readonly problems: readonly LocatedProblem[],
    cause?: unknown,
  ) {
    super(
      'RECIPE_INVALID',
      EXIT.usage,
      `${path} is not a valid recipe: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
      { cause },
    );
  }
}

const MAX_VALUE_CHARACTERS = 80;

/**
 * Reads a recipe (YAML or JSON), `-` for standard input. Relative URIs of the recipe are relative
 * to its folder.
 * @throws RecipeInvalidError for every syntax error with its line, UsageError where there is no file
 */
export async function readRecipeFile(
  path: string,
  overrides: RecipeRequest['overrides'],
  cwd: string,
): Promise<RecipeFile> {
  const absolute = resolve(cwd, path);
  const text = await readText(path, absolute);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map((error) => ({
    pointer: '',
    message: error.message,
    line: lines.linePos(error.pos[0]).line,
    value: null,
  }));
  if (syntax.length > 0) throw new RecipeInvalidError(path, syntax);
  const folder = path === '-' ? cwd : dirname(absolute);
  const baseUri = `${pathToFileURL(folder).href.replace(/\/$/, '')}/`;
  return {
    path,
    request: { recipe: text, baseUri, ...(overrides && overrides.length > 0 ? { overrides } : {}) },
    locate: (problem) => locate(document, lines, problem),
  };
}

/** Parses `--set path=value`: the value is JSON where it is JSON, otherwise text. */
export function parseOverride(text: string): { path: string; value: unknown } {
  const equals = text.indexOf('=');
  if (equals < 1)
    throw new UsageError(
      `--set ${JSON.stringify(text)}: write path=value, as stages.dedup.fuzzy.minJaccard=0.7`,
    );
  const raw = text.slice(equals + 1);
  try {
    return { path: text.slice(0, equals), value: JSON.parse(raw) as unknown };
  } catch {
    return { path: text.slice(0, equals), value: raw };
  }
}

async function readText(path: string, absolute: string): Promise<string> {
  try {
    return await readFile(path === '-' ? '/dev/stdin' : absolute, 'utf8');
  } catch (error) {
    throw new UsageError(
      `cannot read the recipe ${path}: ${error instanceof Error ? error.message : 'unknown reason'}`,
      { cause: error },
    );
  }
}

function locate(document: Document, lines: LineCounter, problem: RequestProblem): LocatedProblem {
  const segments = pointerSegments(problem.pointer);
  const value: unknown = document.getIn(segments, false);
  const shown = isCollection(value) ? value.toJSON() : value;
  const text = shown === undefined ? null : (JSON.stringify(shown) ?? null);
  return { ...problem, line: lineOf(document, lines, segments), value: text === null ? null : cut(text) };
}

/** The line of the key at the end of the path, or of its nearest parent that the file has. */
function lineOf(
  document: Document,
  lines: LineCounter,
  segments: readonly (string | number)[],
): number | null {
  for (let length = segments.length; length > 0; length -= 1) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(segments.slice(0, length - 1), true);
    const offset = offsetOfChild(parent, segments[length - 1]);
    if (offset !== null) return lines.linePos(offset).line;
  }
  return segments.length === 0 ? null : 1;
}

function offsetOfChild(parent: unknown, segment: string | number | undefined): number | null {
  if (isMap(parent)) {
    const pair = parent.items.find(
      (item) => isScalar(item.key) && String(item.key.value) === String(segment),
    );
    return isScalar(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
  }
  if (!isCollection(parent)) return null;
  const item: unknown = parent.items[Number(segment)];
  return isNode(item) ? (item.range?.[0] ?? null) : null;
}

function pointerSegments(pointer: string): (string | number)[] {
  if (!pointer.startsWith('/')) return [];
  const parts = pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function cut(text: string): string {
  return text.length <= MAX_VALUE_CHARACTERS ? text : `${text.slice(0, MAX_VALUE_CHARACTERS - 1)}…`;
}
