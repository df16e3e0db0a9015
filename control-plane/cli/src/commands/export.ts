import { resolve } from 'node:path';

import type { Version } from '@corpusmill/client';
import { Option } from 'commander';
import type { Command } from 'commander';

import type { CliContext } from '../context.js';
import { parseVersionReference } from '../dataset-name.js';
import { UsageError } from '../errors.js';
import { exportToFile, exportToOutput } from '../export/export.js';
import type { ExportFormat, ExportRequest } from '../export/export.js';
import { hasTokens } from '../export/chunk-stream.js';
import { openVersion } from '../export/version-source.js';
import { versionName } from '../manifest/manifest.js';
import { formatCount } from '../output/format.js';
import { renderJson } from '../output/json.js';
import { sanitizeLine } from '../output/text.js';
import { wholeNumber, withJson } from './options.js';
import type { JsonOption } from './options.js';

interface ExportOptions extends JsonOption {
  readonly out: string;
  readonly format: ExportFormat;
  readonly rejected?: boolean;
  readonly limit?: number;
  readonly chunkTokens?: number;
}

const PROGRESS_INTERVAL_MS = 500;
const HELP = `
One document a line: doc_id, id, url, title, source, domain, lang, lang_score, text, metadata, scores;
reason for rejected ones; cluster and duplicate columns after dedup. A version without text (tokenize,
mix) is exported with the text of the version that it was made of, or, as jsonl, in chunks of tokens:
of so many as stages.tokenize.chunks of the recipe says that last led to it, or --chunk-tokens.

Examples:
  corpusmill export web-demo/filter --out kept.jsonl
  corpusmill export web-demo/filter --out dropped.jsonl --rejected --limit 100
  corpusmill export web-demo --out docs.parquet --format parquet
  corpusmill export web-demo/tokenize --out chunks.jsonl --chunk-tokens 512
  corpusmill export web-demo/extract --out - | head -3`;

/** `export NAME[@VERSION] --out FILE` */
export function registerExport(program: Command, context: CliContext): void {
  const command = program
    .command('export')
    .description("write a version's documents as JSON Lines or Parquet")
    .argument('<name[@version]>', 'dataset and version (default: latest)')
    .requiredOption('-o, --out <file>', 'file to write; - is standard output (jsonl)')
    .addOption(new Option('--format <format>', 'file format').choices(['jsonl', 'parquet']).default('jsonl'))
    .option('--rejected', 'the documents that the stage took out, with their reasons')
    .option('--limit <n>', 'at most so many documents or chunks', wholeNumber(1))
    .option(
      '--chunk-tokens <n>',
      "tokens in chunks of at most so many (tokenize, mix; jsonl); 0: whole documents (default: the recipe's chunks)",
      wholeNumber(0),
    )
    .addHelpText('after', HELP);
  withJson(command).action((text: string, options: ExportOptions) => runExport(text, options, context));
}

async function runExport(text: string, options: ExportOptions, context: CliContext): Promise<void> {
  const reference = parseVersionReference(text);
  checkOptions(options);
  const client = await context.connect();
  const source = await openVersion(client, reference.name, reference.version);
  const request: ExportRequest = {
    source,
    rejected: options.rejected === true,
    chunkTokens: await chunkTokensOf(options, source.manifest.stage, () =>
      client.getVersion(reference.name, source.manifest.versionKey),
    ),
    limit: options.limit ?? null,
    onDocuments: progressOf(context),
  };
  if (options.out === '-') {
    await exportToOutput(context.stdout, request);
    return;
  }
  const path = resolve(context.cwd, options.out);
  const documents = await exportToFile(path, options.format, request);
  if (context.stderr.isTty) context.stderr.write('\r\u001b[2K');
  const version = versionName(source.manifest);
  if (options.json === true) context.stdout.write(renderJson({ version, documents, path }));
  else
    context.stdout.write(
      `${formatCount(documents)} documents of ${sanitizeLine(version)} in ${sanitizeLine(path)}\n`,
    );
}

/** Options that do not go together. */
function checkOptions({ out, format, chunkTokens, rejected }: ExportOptions): void {
  if (out === '-' && format === 'parquet') throw new UsageError('Parquet needs a file: give --out FILE');
  if (chunkTokens !== undefined && chunkTokens > 0 && (format === 'parquet' || rejected === true))
    throw new UsageError('--chunk-tokens writes kept documents as jsonl');
}

/** What is asked for, else what the recipe says for kept documents as jsonl. */
async function chunkTokensOf(
  { chunkTokens, format, rejected }: ExportOptions,
  stage: string,
  getVersion: () => Promise<Version>,
): Promise<number | null> {
  if (chunkTokens !== undefined) return chunkTokens === 0 ? null : chunkTokens;
  if (format === 'parquet' || rejected === true || !hasTokens(stage)) return null;
  return (await getVersion()).chunkTokens;
}

function progressOf(context: CliContext): (count: number) => void {
  let shownAt = Number.NEGATIVE_INFINITY;
  return (count) => {
    if (!context.stderr.isTty || context.now() - shownAt < PROGRESS_INTERVAL_MS) return;
    shownAt = context.now();
    context.stderr.write(`\r\u001b[2K${formatCount(count)} documents`);
  };
}
