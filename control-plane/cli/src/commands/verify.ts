import { resolve } from 'node:path';

import type { Command } from 'commander';

import type { CliContext } from '../context.js';
import { coloursFor } from '../context.js';
import { EXIT, SilentExit } from '../errors.js';
import { formatBytes, formatCount } from '../output/format.js';
import { renderJson } from '../output/json.js';
import { renderTable } from '../output/table.js';
import { sanitizeLine } from '../output/text.js';
import { verify } from '../verify/verify.js';
import type { VerifyReport } from '../verify/verify.js';
import { withJson } from './options.js';
import type { JsonOption } from './options.js';

const HELP = `
Needs no server. Reads every byte: sizes and SHA-256 against the manifest, then the inside of shards
(llm.c, Megatron, TFRecord), indexes and sidecars. Exit 6 where anything is wrong.

Examples:
  corpusmill verify shards
  corpusmill verify shards --json | jq .problems`;

/** `verify DIR` */
export function registerVerify(program: Command, context: CliContext): void {
  const command = program
    .command('verify')
    .description('check a pulled folder against its manifest, offline')
    .argument('<dir>', 'folder that pull filled')
    .addHelpText('after', HELP);
  withJson(command).action(async (folder: string, options: JsonOption) => {
    const report = await verify(resolve(context.cwd, folder));
    context.stdout.write(options.json === true ? renderJson(report) : renderReport(report, context));
    if (!report.ok) throw new SilentExit(EXIT.mismatch);
  });
}

function renderReport(report: VerifyReport, context: CliContext): string {
  const colours = coloursFor(context, context.stdout);
  const size = `${report.files.checked} files, ${formatBytes(report.bytes)}, ${formatCount(report.tokens)} tokens`;
  const left = report.files.notSelected === 0 ? '' : `, ${report.files.notSelected} not pulled on purpose`;
  const extra = report.extra.map((path) => `not of this version: ${sanitizeLine(path)}\n`).join('');
  if (report.ok) return `${colours.green('ok')} ${sanitizeLine(report.version)}: ${size}${left}\n${extra}`;
  const table = renderTable(
    [
      { header: 'FILE', value: (problem) => problem.path },
      { header: 'PROBLEM', value: (problem) => problem.code },
      { header: 'WHAT', value: (problem) => problem.message },
    ],
    report.problems,
  );
  return `${colours.red('wrong')} ${sanitizeLine(report.version)}: ${report.problems.length} of ${size}${left}\n${table}${extra}`;
}
