import type { Plan } from '@corpusmill/client';
import type { Command } from 'commander';

import type { CliContext } from '../context.js';
import { coloursFor } from '../context.js';
import { formatBytes, formatCount, formatDuration } from '../output/format.js';
import { renderJson } from '../output/json.js';
import { renderTable } from '../output/table.js';
import { sanitizeLine } from '../output/text.js';
import { readRecipe, submitRecipe } from '../submit-recipe.js';
import { collect, withJson } from './options.js';
import type { JsonOption } from './options.js';

interface PlanOptions extends JsonOption {
  readonly set?: readonly string[];
}

const HELP = `
Checks the recipe completely and starts nothing. An invalid recipe: all problems at once, exit 2.

Examples:
  corpusmill plan recipe.yaml
  corpusmill plan recipe.yaml --set stages.dedup.fuzzy.minJaccard=0.7 --json`;

/** `plan RECIPE` */
export function registerPlan(program: Command, context: CliContext): void {
  const command = program
    .command('plan')
    .description('show what a run would do: steps new or reused, input sizes, estimates')
    .argument('<recipe>', 'YAML or JSON file; - reads standard input')
    .option('--set <path=value>', 'change a value of the recipe; repeatable', collect)
    .addHelpText('after', HELP);
  withJson(command).action(async (path: string, options: PlanOptions) => {
    const recipe = await readRecipe(path, options.set, context.cwd);
    const client = await context.connect();
    const plan = await submitRecipe(recipe, (request) => client.plan(request));
    context.stdout.write(options.json === true ? renderJson(plan) : renderPlan(plan, context));
  });
}

function renderPlan(plan: Plan, context: CliContext): string {
  const colours = coloursFor(context, context.stdout);
  const missing = plan.sources.flatMap((source) =>
    source.missing.map((uri) => `missing: ${sanitizeLine(uri)} (${source.name})\n`),
  );
  return [
    `recipe ${plan.recipe.name} ${plan.recipe.digest.slice(0, 12)}\n\n`,
    renderSources(plan.sources),
    ...missing.map((line) => colours.yellow(line)),
    '\n',
    renderSteps(plan.steps, colours.dim),
  ].join('');
}

function renderSources(sources: Plan['sources']): string {
  return renderTable(
    [
      { header: 'SOURCE', value: (source) => source.name },
      { header: 'KIND', value: (source) => source.kind },
      { header: 'DOMAIN', value: (source) => source.domain },
      { header: 'FILES', value: (source) => formatCount(source.files), align: 'right' },
      { header: 'SIZE', value: (source) => formatBytes(source.bytes), align: 'right' },
    ],
    sources,
  );
}

function renderSteps(steps: Plan['steps'], dim: (text: string) => string): string {
  return renderTable(
    [
      { header: 'STAGE', value: (step) => step.stage },
      {
        header: 'ACTION',
        value: (step) => step.action,
        paint: (text, step) => (step.action === 'reused' ? dim(text) : text),
      },
      { header: 'VERSION', value: (step) => step.version },
      {
        header: 'INPUT',
        value: (step) => (step.estimate.bytesIn === null ? '-' : formatBytes(step.estimate.bytesIn)),
        align: 'right',
      },
      {
        header: 'ESTIMATE',
        value: (step) => (step.estimate.seconds === null ? '-' : formatDuration(step.estimate.seconds)),
        align: 'right',
      },
      { header: 'REUSED FROM RUN', value: (step) => step.reusedFromRun ?? '' },
    ],
    steps,
  );
}
