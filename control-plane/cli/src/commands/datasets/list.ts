import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { formatBytes, formatCount, formatTime } from '../../output/format.js';
import { renderJson } from '../../output/json.js';
import { renderTable } from '../../output/table.js';
import { collectPages } from '../../pages.js';
import { wholeNumber, withJsonAndQuiet } from '../options.js';
import type { JsonOption, QuietOption } from '../options.js';

interface ListOptions extends JsonOption, QuietOption {
  readonly name?: string;
  readonly limit: number;
}

const HELP = `
Examples:
  corpusmill datasets list
  corpusmill datasets list --name web-demo --json`;

/** `datasets list` */
export function registerDatasetsList(datasets: Command, context: CliContext): void {
  const command = datasets
    .command('list')
    .description('every dataset with its latest version')
    .option('--name <text>', 'only names that contain this')
    .option('--limit <n>', 'at most so many', wholeNumber(1), Number.MAX_SAFE_INTEGER)
    .addHelpText('after', HELP);
  withJsonAndQuiet(command, 'names').action(async (options: ListOptions) => {
    const client = await context.connect();
    const filter = options.name === undefined ? {} : { name: options.name };
    const page = await collectPages((query) => client.listDatasets({ ...query, ...filter }), options.limit);
    if (options.json === true) context.stdout.write(renderJson(page));
    else if (options.quiet === true)
      context.stdout.write(page.items.map((dataset) => `${dataset.name}\n`).join(''));
    else {
      const table = renderTable(
        [
          { header: 'DATASET', value: (dataset) => dataset.name },
          { header: 'STAGE', value: (dataset) => dataset.stage },
          { header: 'LATEST', value: (dataset) => dataset.latest },
          { header: 'VERSIONS', value: (dataset) => formatCount(dataset.versions), align: 'right' },
          {
            header: 'DOCUMENTS',
            value: (dataset) => (dataset.documents === null ? '' : formatCount(dataset.documents)),
            align: 'right',
          },
          {
            header: 'TOKENS',
            value: (dataset) => (dataset.tokens === null ? '' : formatCount(dataset.tokens)),
            align: 'right',
          },
          { header: 'SIZE', value: (dataset) => formatBytes(dataset.bytes), align: 'right' },
          { header: 'UPDATED', value: (dataset) => formatTime(dataset.updatedAt) },
        ],
        page.items,
      );
      context.stdout.write(table);
    }
  });
}
