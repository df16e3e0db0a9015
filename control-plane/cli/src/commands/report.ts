import type { Command } from 'commander';

import type { CliContext } from '../context.js';
import { parseVersionReference } from '../dataset-name.js';
import { renderJson } from '../output/json.js';
import { renderReport } from '../render/report-table.js';
import { withJson } from './options.js';
import type { JsonOption } from './options.js';

const HELP = `
Examples:
  corpusmill report web-demo
  corpusmill report web-demo/filter@3f1c0a9b7d21 --json | jq '.funnel[].rejectedByReason'`;

/** `report NAME[@VERSION]` */
export function registerReport(program: Command, context: CliContext): void {
  const command = program
    .command('report')
    .description('the funnel that led to a version, by rule, source and language')
    .argument('<name[@version]>', 'dataset and version (default: latest)')
    .addHelpText('after', HELP);
  withJson(command).action(async (text: string, options: JsonOption) => {
    const reference = parseVersionReference(text);
    const client = await context.connect();
    const report = await client.getReport(reference.name, reference.version);
    context.stdout.write(options.json === true ? renderJson(report) : renderReport(report));
  });
}
