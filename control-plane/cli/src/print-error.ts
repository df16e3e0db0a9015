import { CorpusmillApiError, CorpusmillError } from '@corpusmill/client';

import type { CliContext } from './context.js';
import { coloursFor } from './context.js';
import { exitCodeFor } from './exit-code-for.js';
import { renderJson } from './output/json.js';
import { sanitize, sanitizeLine } from './output/text.js';
import { RecipeInvalidError } from './recipe-file.js';
import type { LocatedProblem } from './recipe-file.js';

/** Says what went wrong: for people on standard error, and with --json as data on standard output. */
export function printError(error: unknown, context: CliContext, json: boolean): void {
  const colours = coloursFor(context, context.stderr);
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof CorpusmillError ? error.code : 'UNEXPECTED';
  context.stderr.write(`${colours.red('error')} ${code}: ${sanitize(message)}\n`);
  for (const problem of problemsOf(error)) context.stderr.write(`${renderProblem(problem)}\n`);
  if (error instanceof CorpusmillApiError && error.traceId !== null)
    context.stderr.write(colours.dim(`  trace ${sanitizeLine(error.traceId)}\n`));
  if (json)
    context.stdout.write(
      renderJson({ error: { ...jsonError(error, code, message), exitCode: exitCodeFor(error) } }),
    );
}

/** `  line 12  /stages/filter/rules/0  "gophr"  must be one of …`. */
function renderProblem(problem: LocatedProblem): string {
  const parts = [
    problem.line === null ? '' : `line ${problem.line}`,
    problem.pointer === '' ? '' : problem.pointer,
    problem.value === null ? '' : `= ${problem.value}`,
  ].filter((part) => part !== '');
  return `  ${[parts.join('  '), sanitizeLine(problem.message)].filter((part) => part !== '').join(': ')}`;
}

function problemsOf(error: unknown): readonly LocatedProblem[] {
  if (error instanceof RecipeInvalidError) return error.problems;
  if (!(error instanceof CorpusmillApiError)) return [];
  return error.errors.map((problem) => ({ ...problem, line: null, value: null }));
}

function jsonError(error: unknown, code: string, message: string): Record<string, unknown> {
  if (error instanceof RecipeInvalidError) return { code, message, errors: error.problems };
  if (error instanceof CorpusmillApiError)
    return { code, message, status: error.status, traceId: error.traceId, errors: error.errors };
  return { code, message };
}
