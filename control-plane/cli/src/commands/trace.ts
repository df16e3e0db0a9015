import type { Trace, TraceQuery } from '@corpusmill/client';
import type { Command } from 'commander';

import type { CliContext } from '../context.js';
import { coloursFor } from '../context.js';
import { parseVersionReference } from '../dataset-name.js';
import { UsageError } from '../errors.js';
import type { Colours } from '../output/colour.js';
import { formatCount } from '../output/format.js';
import { renderJson } from '../output/json.js';
import { renderFields, renderTable } from '../output/table.js';
import { renderRules } from '../render/rule-table.js';
import { wholeNumber, withJson } from './options.js';
import type { JsonOption } from './options.js';

interface TraceOptions extends JsonOption {
  readonly file?: string;
  readonly token?: number;
  readonly doc?: string;
  readonly url?: string;
  readonly explain?: boolean;
}

const HELP = `
Examples:
  corpusmill trace web-demo --file llmc/web-demo-00000.bin --token 1234
  corpusmill trace web-demo --doc 0123456789abcdef0123456789abcdef
  corpusmill trace web-demo --doc 0123456789abcdef0123456789abcdef --explain
  corpusmill trace web-demo --url https://example.org/page`;

/** `trace NAME[@VERSION]` */
export function registerTrace(program: Command, context: CliContext): void {
  const command = program
    .command('trace')
    .description("from a token to its page, and from a page to every stage's decision and every shard")
    .argument('<name[@version]>', 'dataset and version (default: latest)')
    .option('--file <path>', 'shard, as the manifest names it; with --token')
    .option('--token <n>', 'index of the token in the shard, from 0', wholeNumber(0))
    .option('--doc <id>', 'doc_id')
    .option('--url <url>', 'address of the page')
    .option('--explain', 'what each rule of the filter said: value, bound, decision')
    .addHelpText('after', HELP);
  withJson(command).action(async (text: string, options: TraceOptions) => {
    const { name, version } = parseVersionReference(text);
    const query = { dataset: name, version, ...selectorOf(options) };
    const client = await context.connect();
    const trace = await client.trace(query);
    const colours = coloursFor(context, context.stdout);
    context.stdout.write(
      options.json === true
        ? renderJson(trace)
        : renderTrace(trace, colours) + (options.explain === true ? renderExplanation(trace, colours) : ''),
    );
  });
}

/** Exactly one way to say what to trace. */
function selectorOf(options: TraceOptions): Pick<TraceQuery, 'file' | 'token' | 'doc' | 'url'> {
  const { file, token, doc, url } = options;
  const byToken = file !== undefined || token !== undefined;
  if ([byToken, doc !== undefined, url !== undefined].filter(Boolean).length !== 1) {
    throw new UsageError('say what to trace: --file F --token N, or --doc ID, or --url URL');
  }
  if (byToken && (file === undefined || token === undefined))
    throw new UsageError('--file and --token go together');
  return {
    ...(file === undefined ? {} : { file }),
    ...(token === undefined ? {} : { token }),
    ...(doc === undefined ? {} : { doc }),
    ...(url === undefined ? {} : { url }),
  };
}

function renderTrace(trace: Trace, colours: Colours): string {
  const parts = [
    trace.position === null ? '' : renderPosition(trace.position),
    renderDocument(trace.document),
    trace.shards.length === 0 ? '' : renderShards(trace.shards),
    renderStages(trace.stages, colours),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function renderPosition(position: NonNullable<Trace['position']>): string {
  return renderFields([
    ['file', position.file],
    ['token', formatCount(position.token)],
    ['token of the document', formatCount(position.documentToken)],
  ]);
}

function renderDocument(document: Trace['document']): string {
  if (document === null) return 'no stage knows this document\n';
  return renderFields([
    ['doc_id', document.docId],
    ['id', document.id],
    ['url', document.url],
    ['title', document.title],
    ['source', document.source],
    ['domain', document.domain],
    ['record', withNote(document.warcUri, 'at', document.warcOffset)],
    ['fetched', document.fetchTime],
    ['language', withNote(document.lang, 'score', document.langScore)],
    ['cluster', withNote(document.clusterId, 'documents', document.clusterSize)],
  ]);
}

/** `value, name note`; null where there is no value. */
function withNote(value: string | null, name: string, note: number | null): string | null {
  return value === null || note === null ? value : `${value}, ${name} ${note}`;
}

function renderShards(shards: Trace['shards']): string {
  return renderTable(
    [
      { header: 'SHARD', value: (shard) => shard.file },
      { header: 'FORMAT', value: (shard) => shard.format },
      { header: 'FIRST TOKEN', value: (shard) => formatCount(shard.firstToken), align: 'right' },
      { header: 'TOKENS', value: (shard) => formatCount(shard.tokenCount), align: 'right' },
      { header: 'FROM TOKEN OF DOCUMENT', value: (shard) => formatCount(shard.docOffset), align: 'right' },
      { header: 'EPOCH', value: (shard) => String(shard.epoch), align: 'right' },
    ],
    shards,
  );
}

function renderStages(stages: Trace['stages'], colours: Colours): string {
  const paint = { kept: colours.green, rejected: colours.red, absent: colours.dim };
  return renderTable(
    [
      { header: 'STAGE', value: (stage) => stage.stage },
      { header: 'VERSION', value: (stage) => `${stage.dataset}@${stage.version.slice(-12)}` },
      {
        header: 'DECISION',
        value: (stage) => stage.decision,
        paint: (text, stage) => paint[stage.decision](text),
      },
      { header: 'REASON', value: reasonOf },
    ],
    stages,
  );
}

/** The rules of the filter, for a document that came as far as it. */
function renderExplanation(trace: Trace, colours: Colours): string {
  const rules = trace.stages.find((stage) => stage.rules !== null)?.rules ?? null;
  return rules === null ? '\nno filter has measured this document\n' : `\n${renderRules(rules, colours)}`;
}

function reasonOf(stage: Trace['stages'][number]): string {
  const detail = stage.detail === null ? '' : ` (${stage.detail})`;
  const survivor = stage.duplicateOf === null ? '' : `, duplicate of ${stage.duplicateOf}`;
  const similarity = stage.similarity === null ? '' : `, similarity ${stage.similarity.toFixed(3)}`;
  return `${stage.reason ?? ''}${detail}${survivor}${similarity}`;
}
