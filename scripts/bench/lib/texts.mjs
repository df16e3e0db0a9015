import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, renameSync } from 'node:fs';
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
    'text/genesis',
    'extraction/trafilatura-a.gold',
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

/** Documents of a file; of a gold file that has only the segments a text must have (`with`), those. */
async function* documentsOf(file) {
  for await (const { text, with: segments, url } of jsonLines(file)) {
    const whole = text ?? segments?.join('\n');
    if (typeof whole === 'string' && whole !== '') yield { text: whole, url };
  }
}

/** Documents of one file in an order of their own, so that every scale holds the same kinds of text. */
async function shuffled(file) {
  const documents = [];
  for await (const document of documentsOf(file))
    documents.push([createHash('md5').update(document.text).digest('hex'), document]);
  return documents.toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, document]) => document);
}

async function writeFrom(file, bytes, output) {
  let left = bytes;
  for (const document of left > 0 ? await shuffled(file) : []) {
    if (left <= 0) break;
    left -= Buffer.byteLength(document.text);
    output.write(`${JSON.stringify(document)}\n`);
  }
  return left;
}

/**
 * Writes about `megabytes` of UTF-8 text as JSON lines `{"text": …, "url": …}`: no text twice, the files in order, or
 * all of the texts where there are fewer. `isSpread` takes the same share of every file, as far as it has texts.
 * Returns the file's path.
 */
export async function writeTexts({ input, folder, given, megabytes, isSpread = false }) {
  const target = path.join(folder, `${input}-${megabytes}${isSpread ? '-spread' : ''}.jsonl`);
  if (existsSync(target)) return target;
  const partial = `${target}.partial`;
  const output = createWriteStream(partial);
  let left = megabytes * 1e6;
  const files = filesOf(input, given);
  for (const [index, file] of files.entries()) {
    const share = isSpread ? left / (files.length - index) : left;
    left += (await writeFrom(file, share, output)) - share;
  }
  output.end();
  await finished(output);
  renameSync(partial, target);
  return target;
}
