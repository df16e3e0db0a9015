import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Harmless words that many texts have, and the entries that datatrove lets pass in every list of bad words. */
const LISTS = {
  en: ['people', 'the world', 'web site', "don't", 'c++', 'u.s.', 'sm'],
  ja: ['the', '人', '日本', 'ing ', 'グロ', '女の子', '性', 'sm'],
  domains: ['blogspot.com', 'www.bbc.co.uk', 'nytimes.com', 'github.com', 'en.wikipedia.org', 'co.uk'],
  hardWords: ['recipe', 'football', 'chapter'],
  softWords: ['news', 'blog', 'article', 'www', '2015', 'html'],
  subWords: ['review', 'how-to', 'travel'],
};

/** Writes the lists that both sides decide by: one file a list, one entry a line. Returns their folder. */
export function writeLists(folder) {
  const lists = path.join(folder, 'lists');
  mkdirSync(lists, { recursive: true });
  for (const [name, entries] of Object.entries(LISTS))
    writeFileSync(path.join(lists, name), `${entries.join('\n')}\n`);
  return lists;
}
