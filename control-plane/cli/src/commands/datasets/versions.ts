import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { parseDatasetName } from '../../dataset-name.js';
import { formatBytes, formatCount, formatTime } from '../../output/format.js';
import { renderJson } from '../../output/json.js';
import { renderTable } from '../../output/table.js';
import { collectPages } from '../../pages.js';
import { wholeNumber, withJsonAndQuiet } from '../options.js';
import type { JsonOption, QuietOption } from '../options.js';

interface VersionsOptions extends JsonOption, QuietOption {
  readonly limit: number;
}

const HELP = `
Examples:
  corpusmill datasets versions web-demo
  corpusmill datasets versions web-demo --quiet`;

/** `datasets versions NAME` */
export function registerDatasetsVersions(datasets: Command, context: CliContext): void {
  const command = datasets
    .command('versions')
    .description('versions of a dataset, the newest first')
    .argument('<name>', 'dataset')
    .option('--limit <n>', 'at most so many', wholeNumber(1), Number.MAX_SAFE_INTEGER)
    .addHelpText('after', HELP);
  withJsonAndQuiet(command, 'NAME@VERSION').action(async (text: string, options: VersionsOptions) => {
    const name = parseDatasetName(text);
    const client = await context.connect();
    const page = await collectPages((query) => client.listVersions(name, query), options.limit);
    if (options.json === true) context.stdout.write(renderJson(page));
    else if (options.quiet === true)
      context.stdout.write(
        page.items.map((version) => `${name}@${version.versionKey.slice(0, 12)}\n`).join(''),
      );
    else {
      const table = renderTable(
        [
          { header: 'VERSION', value: (version) => `${version.dataset}@${version.versionKey.slice(0, 12)}` },
          { header: 'ALIASES', value: (version) => version.aliases.join(', ') },
          { header: 'CREATED', value: (version) => formatTime(version.createdAt) },
          { header: 'KEPT', value: (version) => formatCount(version.counts.kept), align: 'right' },
          { header: 'OF', value: (version) => formatCount(version.counts.in), align: 'right' },
          {
            header: 'TOKENS',
            value: (version) => (version.tokens === null ? '' : formatCount(version.tokens)),
            align: 'right',
          },
          { header: 'SIZE', value: (version) => formatBytes(version.bytes), align: 'right' },
          { header: 'RUN', value: (version) => version.runId },
        ],
        page.items,
      );
      context.stdout.write(table);
    }
  });
}
