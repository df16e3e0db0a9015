// The main job, end to end: a recipe over a crawl made here (or over --input files), live progress, the funnel,
// the pulled and verified shards, and one token traced back to its page.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { generateCrawl } from './demo/crawl.mjs';
import { trainQualityModel } from './demo/model.mjs';
import { demoRecipe, ownRecipe } from './demo/recipe.mjs';
import { readOptions } from './lib/options.mjs';
import { CLI, ROOT, at } from './lib/paths.mjs';
import { capture, run } from './lib/run.mjs';
import { setup } from './setup.mjs';

const HELP = `usage: npm run demo [-- options]

  --input PATH       run on your own files instead (path or quoted glob; repeatable):
                     .warc[.gz], .wet[.gz], .jsonl[.gz|.zst], .parquet
  --languages LIST   with --input: languages to keep, as en,de; default en; "all" keeps every language
  --out DIR          where the shards are pulled to (default .demo/shards)
  --help             this text
`;

const DEMO = at('.demo');
const CRAWL = path.join(DEMO, 'crawl');
const say = (text) => process.stderr.write(`\n── ${text}\n`);

const CONFIG = {
  options: {
    input: { type: 'string', multiple: true },
    languages: { type: 'string', default: 'en' },
    out: { type: 'string' },
  },
};

/** Runs a command of the CLI with its output on ours; throws where it fails. */
async function corpusmill(...args) {
  process.stderr.write(`$ corpusmill ${args.join(' ')}\n`);
  const status = await run(process.execPath, [CLI, ...args]);
  if (status === 0) return;
  process.exitCode = status;
  throw new Error(`corpusmill ${args[0]} ended with status ${status}`);
}

const corpusmillJson = async (...args) =>
  JSON.parse(await capture(process.execPath, [CLI, ...args, '--json']));

function writeRecipe(recipe) {
  const file = path.join(DEMO, `${recipe.name}.json`);
  writeFileSync(file, `${JSON.stringify(recipe, null, 2)}\n`);
  return file;
}

async function traceOneToken(name, out) {
  const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'));
  const shard = manifest.files.find((file) => file.role === 'shard');
  if (!shard)
    return say('no document passed every stage, so there is no token to trace: see the funnel above');
  const token = String(Math.floor(shard.tokens / 2));
  say(`Where does token ${token} of ${shard.path} come from?`);
  await corpusmill('trace', name, '--file', shard.path, '--token', token);
}

async function demo(options) {
  const started = Date.now();
  say('Set-up (only what is missing)');
  await setup();
  mkdirSync(DEMO, { recursive: true });
  say(
    options.input
      ? 'Training the quality model'
      : 'Making a crawl of 1,000 pages and training a quality model',
  );
  generateCrawl(CRAWL);
  const model = trainQualityModel(CRAWL);
  const languages = options.languages === 'all' ? [] : options.languages.split(',');
  const recipe = options.input ? ownRecipe(options.input, languages, model) : demoRecipe(CRAWL, model);
  const file = writeRecipe(recipe);
  say('Plan');
  await corpusmill('plan', file);
  say('Run');
  await corpusmill('run', file, '--wait');
  say('Funnel');
  await corpusmill('report', recipe.name);
  const out = options.out
    ? path.resolve(process.env.INIT_CWD ?? '.', options.out)
    : path.join(DEMO, 'shards');
  const { version } = await corpusmillJson('datasets', 'show', recipe.name).then((dataset) => ({
    version: dataset.latest,
  }));
  const folder = path.join(out, `${recipe.name}-${version}`);
  say('Pull and verify');
  await corpusmill('pull', `${recipe.name}@${version}`, '--out', folder);
  await corpusmill('verify', folder);
  await traceOneToken(recipe.name, folder);
  say(
    `Done in ${((Date.now() - started) / 1000).toFixed(0)} s. Shards: ${path.relative(ROOT, folder)}  Recipe: ${path.relative(ROOT, file)}`,
  );
}

await demo(readOptions(HELP, CONFIG, ({ values }) => values)).catch((error) => {
  process.stderr.write(`demo failed: ${error.message}\n`);
  process.exitCode ||= 1;
});
