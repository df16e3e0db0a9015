import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { registerDatasetsList } from './list.js';
import { registerDatasetsShow } from './show.js';
import { registerDatasetsVersions } from './versions.js';

/** `datasets list | show | versions` */
export function registerDatasets(program: Command, context: CliContext): void {
  const datasets = program.command('datasets').description('the catalog: datasets and their versions');
  registerDatasetsList(datasets, context);
  registerDatasetsShow(datasets, context);
  registerDatasetsVersions(datasets, context);
}
