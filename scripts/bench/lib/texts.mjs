import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { at } from '../../lib/paths.mjs';

const SHARED = {
  english: [
    'text/state_union',
    'text/inaugural',
    'extraction/aeb.gold',
    'extraction/dragnet-r.gold',
    'extraction/wcxb-dev.gold',
    'dedup/peps-even',
  ],
  multilingual: ['text/hplt-snippets'],
};

/** Inputs of texts: English prose and web pages, and snippets in 186 languages. */
export const TEXT_INPUTS = Object.keys(SHARED);

function filesOf(input, given) {
  if (given !== undefined) return [path.resolve(given)];
  const files = SHARED[input].map((name) => at('../shared/data', `${name}.jsonl.gz`));
  if (files.every((file) => existsSync(file))) return files;
  throw new Error(
    `${files.find((file) => !existsSync(file))} is not there; give texts of your own by --input FILE`,
  );
}

/** The values of JSON lines, plain or .gz. Only line feeds end a line: `node:readline` also ends one at U+2028. */
export async function* jsonLines(file) {
  const raw = createReadStream(file);
  const chunks = (file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw).setEncoding('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
  if (rest !== '') yield JSON.parse(rest);
}

async function* textsOf(file) {
  for await (const { text } of jsonLines(file)) if (typeof text === 'string' && text !== '') yield text;
}

/** Texts of one file in an order of their own, so that every scale holds the same kinds of text. */
async function shuffled(file) {
  const texts = [];
  for await (const text of textsOf(file)) texts.push([createHash('md5').update(text).digest('hex'), text]);
  return texts.toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, text]) => text);
}

/**
 * Writes about `megabytes` of UTF-8 text as JSON lines `{"text": …}`: no text twice, the files in order, or all of the
 * texts where there are fewer. Returns the file's path.
 */
export async function writeTexts({ input, folder, given, megabytes }) {
  const target = path.join(folder, `${input}-${megabytes}.jsonl`);
  if (existsSync(target)) return target;
  const output = createWriteStream(target);
  let left = megabytes * 1e6;
  for (const file of filesOf(input, given)) {
    for (const text of left > 0 ? await shuffled(file) : []) {
      if (left <= 0) break;
      left -= Buffer.byteLength(text);
      output.write(`${JSON.stringify({ text })}\n`);
    }
  }
  output.end();
  await finished(output);
  return target;
}
