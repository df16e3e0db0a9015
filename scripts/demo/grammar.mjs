import { readFileSync } from 'node:fs';

/**
 * Sentence parts in four languages. A sentence is opener + subject + verb + object + place, and often a second clause.
 * English, which goes on to the shards, has adjectives, adverbs and numbers in between: word 5-grams rarely repeat
 * within a text or between two, as on real pages.
 */
const GRAMMAR = JSON.parse(readFileSync(new URL('sentence-parts.json', import.meta.url), 'utf8'));

const SECOND_CLAUSE_CHANCE = 0.55;

/** A number for the openers that have a place for one. */
const numbered = (random, text) => text.replace('#', String(2 + random.below(1990)));

function clause(random, parts) {
  const described = (list) =>
    parts.adjectives ? `the ${random.pick(parts.adjectives)} ${random.pick(list)}` : random.pick(list);
  const verb = parts.adverbs
    ? `${random.pick(parts.adverbs)} ${random.pick(parts.verbs)}`
    : random.pick(parts.verbs);
  return [described(parts.subjects), verb, described(parts.objects), random.pick(parts.places)].join(' ');
}

/** One sentence of `language` that ends in a full stop. */
export function sentence(random, language) {
  const parts = GRAMMAR[language];
  const first = `${numbered(random, random.pick(parts.openers))} ${clause(random, parts)}`;
  const second =
    random.next() < SECOND_CLAUSE_CHANCE ? `, ${random.pick(parts.links)} ${clause(random, parts)}` : '';
  return `${first}${second}.`;
}

/** `count` sentences of `language`. */
export const sentences = (random, language, count) =>
  Array.from({ length: count }, () => sentence(random, language));

/** A title of `language`. */
export function title(random, language) {
  const parts = GRAMMAR[language];
  const first = random.pick(parts.words);
  return parts.title.replace('{first}', first).replace('{second}', random.pick(parts.words));
}
