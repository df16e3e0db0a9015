import { sentence, sentences, title } from './grammar.mjs';

const SENTENCES_PER_PARAGRAPH = 4;
const SHINGLE_WORDS = 5;

const escapeHtml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Cuts `lines` into paragraphs of a few sentences. */
function paragraphs(lines) {
  const count = Math.ceil(lines.length / SENTENCES_PER_PARAGRAPH);
  return Array.from({ length: count }, (_, index) =>
    lines.slice(index * SENTENCES_PER_PARAGRAPH, (index + 1) * SENTENCES_PER_PARAGRAPH).join(' '),
  );
}

const NAVIGATION = ['Home', 'News', 'Places', 'People', 'Archive', 'Contact', 'Imprint', 'Log in'];

/** A page as sites make them: navigation, teaser list and footer around the article. */
export function articleHtml({ language, heading, body, host }) {
  const links = NAVIGATION.map(
    (name) => `<li><a href="https://${host}/${name.toLowerCase()}">${name}</a></li>`,
  ).join('');
  const text = paragraphs(body)
    .map((part) => `<p>${escapeHtml(part)}</p>`)
    .join('\n');
  return `<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(heading)} | ${host}</title></head>
<body><header><nav><ul>${links}</ul></nav></header>
<main><article><h1>${escapeHtml(heading)}</h1>
${text}
</article></main>
<aside><h2>Read also</h2><ul>${links}</ul></aside>
<footer><p>We use cookies. By using this site you accept our privacy policy and terms of use. © ${host}</p></footer>
</body></html>
`;
}

/** A page that is all links: what crawls are full of and no model should read. */
export function linkListHtml(random, host) {
  const items = Array.from(
    { length: 60 },
    () =>
      `<li><a href="/p/${random.digits(6)}">Offer ${random.digits(4)} - buy now - ${random.digits(2)} % off</a></li>`,
  ).join('\n');
  return `<!DOCTYPE html>\n<html lang="en"><head><title>Offers | ${host}</title></head><body><ul>${items}</ul></body></html>\n`;
}

function shingles(text) {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? [];
  const last = Math.max(1, words.length - SHINGLE_WORDS + 1);
  return new Set(
    Array.from({ length: last }, (_, index) => words.slice(index, index + SHINGLE_WORDS).join(' ')),
  );
}

/** Jaccard similarity of the word 5-gram sets of two texts. */
export function jaccard(left, right) {
  const [first, second] = [shingles(left), shingles(right)];
  const common = [...first].filter((shingle) => second.has(shingle)).length;
  return common / (first.size + second.size - common);
}

/** `body` with every sentence at the given stride replaced: a near-duplicate whose similarity falls with the stride. */
export function edited(random, language, body, stride) {
  return body.map((text, index) => (index % stride === stride - 1 ? sentence(random, language) : text));
}

const luhnDigit = (digits) => {
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return String((10 - (sum % 10)) % 10);
};

const ibanOf = (random) => {
  const account = random.digits(18);
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${account}`;
};

/** One invented personal datum of each kind, by entity. */
export function personalData(random) {
  const card = `4${random.digits(14)}`;
  return {
    EMAIL: `${random.pick(['anna', 'joao', 'mei', 'omar'])}.${random.pick(['keller', 'silva', 'chen', 'haddad'])}${random.digits(2)}@example.org`,
    PHONE: `+1 415 555 ${random.digits(4)}`,
    IP: `203.0.113.${random.below(254) + 1}`,
    CREDIT_CARD: `${card}${luhnDigit(card)}`.replace(/(\d{4})(?=\d)/g, '$1 '),
    IBAN: ibanOf(random),
    US_SSN: `${random.below(600) + 100}-${random.below(89) + 10}-${random.below(8999) + 1000}`,
  };
}

/** Sentences that name the data, as a contact paragraph would. */
export function contactSentences(data) {
  return [
    `For all questions about the archive please write to ${data.EMAIL} or call ${data.PHONE} in the morning.`,
    `The donation account of the society is ${data.IBAN}, and the test card that the shop printed was ${data.CREDIT_CARD}.`,
    `The form that was lost had the social security number ${data.US_SSN} on it and was sent from the address ${data.IP} that night.`,
  ];
}

/** A fresh article: heading and sentences. */
export function article(random, language, length) {
  return { language, heading: title(random, language), body: sentences(random, language, length) };
}
