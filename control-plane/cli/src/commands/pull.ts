import { resolve } from 'node:path';

import type { CorpusmillClient } from '@corpusmill/client';
import type { Command } from 'commander';

import type { CliContext } from '../context.js';
import { coloursFor } from '../context.js';
import { parseVersionReference } from '../dataset-name.js';
import type { VersionReference } from '../dataset-name.js';
import { EXIT, SilentExit } from '../errors.js';
import { formatBytes } from '../output/format.js';
import { renderJson } from '../output/json.js';
import { TransferReporter } from '../output/progress.js';
import { sanitizeLine } from '../output/text.js';
import { pull } from '../pull/pull.js';
import type { PullSummary, RemoteVersion } from '../pull/pull.js';
import { remoteFiles } from '../pull/remote-file.js';
import { collect, collectList, wholeNumber, withJson } from './options.js';
import type { JsonOption } from './options.js';

interface PullCommandOptions extends JsonOption {
  readonly out: string;
  readonly jobs: number;
  readonly formats?: readonly string[];
  readonly include?: readonly string[];
  readonly replace?: boolean;
}

const HELP = `
Run it again after any interruption: it goes on at the byte where it stopped. A file stands under its
own name only when its size and SHA-256 are the manifest's; nothing is written outside of DIR.

Examples:
  corpusmill pull web-demo --out shards
  corpusmill pull web-demo@3f1c0a9b7d21 --out shards --formats megatron --jobs 8
  corpusmill pull web-demo/filter --out docs --include 'documents/*'`;

/** `pull NAME[@VERSION] --out DIR` */
export function registerPull(program: Command, context: CliContext): void {
  const command = program
    .command('pull')
    .description('download the files of a version: parallel, resumable, verified')
    .argument('<name[@version]>', 'dataset and version (default: latest)')
    .requiredOption('-o, --out <dir>', 'folder to fill')
    .option('-j, --jobs <n>', 'files at a time', wholeNumber(1, 64), 4)
    .option('--formats <list>', 'only these formats: llmc, megatron, tfrecord, parquet', collectList)
    .option('--include <glob>', 'only paths that match; repeatable', collect)
    .option('--replace', 'take the place of another version in the folder')
    .addHelpText('after', HELP);
  withJson(command).action((reference: string, options: PullCommandOptions) =>
    runPull(parseVersionReference(reference), options, context),
  );
}

async function runPull(
  reference: VersionReference,
  options: PullCommandOptions,
  context: CliContext,
): Promise<void> {
  const interrupt = new AbortController();
  const stopListening = context.onInterrupt(() => interrupt.abort());
  const reporter = new TransferReporter({
    write: (text) => context.stderr.write(text),
    isTty: context.stderr.isTty,
    json: options.json === true,
    now: context.now,
  });
  try {
    const summary = await pull({
      folder: resolve(context.cwd, options.out),
      remote: remoteVersion(await context.connect(), reference),
      selection: { formats: options.formats ?? [], include: options.include ?? [] },
      jobs: options.jobs,
      replace: options.replace === true,
      signal: interrupt.signal,
      onProgress: (progress) => reporter.update(progress),
    });
    reporter.end();
    printSummary(summary, options, context);
  } catch (error) {
    reporter.end();
    if (!interrupt.signal.aborted) throw error;
    context.stderr.write('interrupted; run the same command again to go on\n');
    throw new SilentExit(EXIT.interrupted);
  } finally {
    stopListening();
  }
}

function remoteVersion(client: CorpusmillClient, reference: VersionReference): RemoteVersion {
  return {
    getManifest: (known) => client.getManifest(reference.name, reference.version, known),
    openFile: remoteFiles(client, reference.name),
  };
}

function printSummary(summary: PullSummary, options: PullCommandOptions, context: CliContext): void {
  if (options.json === true) context.stdout.write(renderJson(summary));
  else context.stdout.write(`${renderSummary(summary)}\n`);
  const colours = coloursFor(context, context.stderr);
  for (const failure of summary.failures) {
    context.stderr.write(`${colours.red('error')} ${failure.code}: ${sanitizeLine(failure.message)}\n`);
  }
  if (summary.exitCode !== EXIT.ok) throw new SilentExit(summary.exitCode);
}

function renderSummary(summary: PullSummary): string {
  const { files, bytes } = summary;
  const done = `${sanitizeLine(summary.version)}: ${files.fetched + files.kept} of ${files.total} files in ${sanitizeLine(summary.folder)}`;
  return `${done} (${files.kept} were there, ${formatBytes(bytes.fetched)} fetched of ${formatBytes(bytes.total)})`;
}
