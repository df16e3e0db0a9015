import type { Dataset, Version } from '@corpusmill/client';
import type { Command } from 'commander';

import type { CliContext } from '../../context.js';
import { parseVersionReference } from '../../dataset-name.js';
import { formatBytes, formatCount, formatTime } from '../../output/format.js';
import { renderJson } from '../../output/json.js';
import { renderFields } from '../../output/table.js';
import { withJson } from '../options.js';
import type { JsonOption } from '../options.js';

const HELP = `
Examples:
  corpusmill datasets show web-demo
  corpusmill datasets show web-demo/filter@3f1c0a9b7d21 --json`;

/** `datasets show NAME[@VERSION]` */
export function registerDatasetsShow(datasets: Command, context: CliContext): void {
  const command = datasets
    .command('show')
    .description('a dataset, or with @VERSION one of its versions')
    .argument('<name[@version]>', 'dataset, or one version of it')
    .addHelpText('after', HELP);
  withJson(command).action(async (text: string, options: JsonOption) => {
    const { name, version } = parseVersionReference(text);
    const client = await context.connect();
    if (text.includes('@')) {
      const shown = await client.getVersion(name, version);
      context.stdout.write(options.json === true ? renderJson(shown) : renderVersion(shown));
    } else {
      const shown = await client.getDataset(name);
      context.stdout.write(options.json === true ? renderJson(shown) : renderDataset(shown));
    }
  });
}

function renderDataset(dataset: Dataset): string {
  return renderFields([
    ['dataset', dataset.name],
    ['stage', dataset.stage],
    ['latest', `${dataset.name}@${dataset.latest}`],
    ['versions', formatCount(dataset.versions)],
    ['documents', dataset.documents === null ? null : formatCount(dataset.documents)],
    ['tokens', dataset.tokens === null ? null : formatCount(dataset.tokens)],
    ['size', formatBytes(dataset.bytes)],
    ['updated', formatTime(dataset.updatedAt)],
  ]);
}

function renderVersion(version: Version): string {
  const { counts } = version;
  return renderFields([
    ['version', `${version.dataset}@${version.versionKey.slice(0, 12)}`],
    ['key', version.versionKey],
    ['aliases', version.aliases.length === 0 ? null : version.aliases.join(', ')],
    ['stage', version.stage],
    ['run', version.runId],
    ['created', formatTime(version.createdAt)],
    [
      'documents',
      `${formatCount(counts.in)} in, ${formatCount(counts.kept)} kept, ${formatCount(counts.rejected)} rejected, ${formatCount(counts.quarantined)} quarantined`,
    ],
    ['tokens', version.tokens === null ? null : formatCount(version.tokens)],
    ['files', `${formatCount(version.files)}, ${formatBytes(version.bytes)}`],
    ['tokenizer', version.tokenizer?.name ?? null],
    ['manifest', version.manifestSha256],
    ['code', version.codeVersion],
  ]);
}
