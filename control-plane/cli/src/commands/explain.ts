import type { Explanation } from '@corpusmill/client';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { CliContext } from '../context.js';
import { coloursFor } from '../context.js';
import { UsageError } from '../errors.js';
import { isErrno } from '../files/errno.js';
import { renderJson } from '../output/json.js';
import { renderRules } from '../render/rule-table.js';
import { readRecipe, submitRecipe } from '../submit-recipe.js';
import { collect, withJson } from './options.js';
import type { JsonOption } from './options.js';

interface ExplainOptions extends JsonOption {
  readonly text: string;
  readonly url?: string;
  readonly lang?: string;
  readonly set?: readonly string[];
}

const HELP = `
Runs nothing and stores nothing; the rules are those of the filter job. For a document of a version:
corpusmill trace NAME --doc ID --explain

Examples:
  corpusmill explain recipe.yaml --text page.txt
  corpusmill explain recipe.yaml --text page.txt --url https://example.org/ --set stages.filter.rules.0.minWords=20`;

/** `explain RECIPE --text FILE` */
export function registerExplain(program: Command, context: CliContext): void {
  const command = program
    .command('explain')
    .description("what each rule of a recipe's filter says of one text: value, bound, decision")
    .argument('<recipe>', 'YAML or JSON file')
    .requiredOption('--text <file>', 'UTF-8 text')
    .option('--url <url>', 'address of the page, for rules that ask for it')
    .option('--lang <code>', 'language of the text, for rules that ask for it')
    .option('--set <path=value>', 'change a value of the recipe; repeatable', collect)
    .addHelpText('after', HELP);
  withJson(command).action(async (path: string, options: ExplainOptions) => {
    const recipe = await readRecipe(path, options.set, context.cwd);
    const text = await readText(resolve(context.cwd, options.text));
    const subject = {
      ...(options.url === undefined ? {} : { url: options.url }),
      ...(options.lang === undefined ? {} : { language: options.lang }),
    };
    const client = await context.connect();
    const explanation = await submitRecipe(recipe, (request) =>
      client.explain({ ...request, text, ...subject }),
    );
    context.stdout.write(
      options.json === true ? renderJson(explanation) : renderExplanation(explanation, context),
    );
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new UsageError(`${path} is not there`);
    throw error;
  }
}

function renderExplanation(explanation: Explanation, context: CliContext): string {
  const colours = coloursFor(context, context.stdout);
  const detail = explanation.detail === null ? '' : ` (${explanation.detail})`;
  const decision =
    explanation.reason === null
      ? colours.green('keep')
      : colours.red(`reject: ${explanation.reason}${detail}`);
  return `${renderRules(explanation.rules, colours)}\n${decision}\n`;
}
