/**
 * Sentence parts in four languages. A sentence is opener + subject + verb + object + place, and often a second clause.
 * English, which goes on to the shards, has adjectives, adverbs and numbers in between: word 5-grams rarely repeat
 * within a text or between two, as on real pages.
 */
export const GRAMMAR = {
  en: {
    openers: ['In the spring of #', 'After # weeks of debate', 'For more than # years', 'On day # of the journey', 'With some reluctance', 'Before the flood of #', 'During the winter of #', 'To everyone’s surprise', 'As volume # shows', 'By most accounts', 'At the same time', 'Without much warning', 'In the year #', 'Later that evening', 'According to survey #', 'Around #'],
    subjects: ['harbour council', 'engineer', 'village school', 'farmer', 'museum director', 'student', 'railway company', 'brother', 'newspaper', 'bakery', 'weather station', 'fisherman', 'city archive', 'scholar', 'priest', 'mayor', 'theatre', 'librarian', 'surveyor', 'judge', 'widow', 'carpenter', 'physician', 'gardener'],
    verbs: ['restored', 'questioned', 'described', 'financed', 'abandoned', 'studied', 'photographed', 'repaired', 'translated', 'understood', 'protected', 'published', 'improved', 'admired', 'found', 'replaced', 'measured', 'painted', 'sold', 'inherited'],
    objects: ['bridge', 'manuscript', 'drainage system', 'boat', 'orchard', 'collection of maps', 'railway', 'evidence', 'garden', 'species of moth', 'lighthouse', 'tax register', 'clock', 'market hall', 'series of lectures', 'meadow', 'roof', 'repertoire', 'windmill', 'contract', 'harbour wall', 'letter', 'recipe', 'tower'],
    places: ['near the river', 'behind the town hall', 'on the eastern shore', 'in the upper valley', 'along the canal', 'at the edge of the forest', 'between two mills', 'across the border', 'under the viaduct', 'in a rented cellar', 'beside the cathedral', 'on the high plateau', 'within the old walls', 'outside the capital', 'next to the quarry', 'above the waterfall'],
    adjectives: ['old', 'retired', 'small', 'northern', 'forgotten', 'famous', 'narrow', 'careful', 'young', 'wooden', 'unusual', 'public', 'quiet', 'rare', 'patient', 'grey', 'distant', 'honest', 'early', 'heavy', 'modest', 'curious', 'local', 'royal', 'bright', 'humble', 'proud', 'silent', 'clever', 'broken'],
    adverbs: ['slowly', 'soon', 'carefully', 'never', 'often', 'secretly', 'gladly', 'finally', 'nearly', 'quietly', 'twice', 'always', 'rarely', 'suddenly', 'eagerly', 'once'],
    links: ['and that is why', 'because', 'although', 'so that', 'while', 'until', 'even though', 'and soon'],
    words: ['history', 'water', 'letters', 'craft', 'summer', 'trade', 'garden', 'memory', 'bridge', 'island', 'winter', 'paper', 'music', 'stone', 'river', 'light'],
    title: (first, second) => `A note on ${first} and ${second}`,
  },
  de: {
    openers: ['Im Frühling', 'Nach langer Beratung', 'Seit vielen Jahren', 'Am nächsten Tag', 'Vor dem Krieg', 'Im Laufe des Winters', 'Wie die Akten zeigen', 'Ohne große Vorwarnung', 'In jenen Tagen', 'Zur gleichen Zeit', 'Am späten Abend', 'Laut der Umfrage'],
    subjects: ['wollte der Hafenrat', 'konnte eine Ingenieurin', 'musste die Dorfschule', 'wollte einer der Bauern', 'sollte das Museum', 'konnte die Eisenbahn', 'durfte der Bürgermeister', 'wollte die Zeitung', 'musste eine kleine Bäckerei', 'konnte das Archiv', 'wollte der alte Fischer', 'sollte das Gericht'],
    verbs: ['ganz unerwartet', 'mit großer Mühe', 'gegen jeden Rat', 'aus eigener Kraft', 'nach kurzem Zögern', 'zum ersten Mal', 'im Auftrag der Stadt', 'mit wenigen Helfern', 'trotz der Kälte', 'ohne fremdes Geld'],
    objects: ['die steinerne Brücke', 'eine vergessene Handschrift', 'mehrere hölzerne Boote', 'die nördlichen Obstgärten', 'eine Sammlung von Karten', 'die schmale Bahnstrecke', 'den alten Leuchtturm', 'die Steuerregister', 'eine seltsame Uhr', 'die Markthalle', 'das Kupferdach', 'zwei der Windmühlen'],
    places: ['in der Nähe des Flusses erneuern', 'hinter dem Rathaus beschreiben', 'am östlichen Ufer schützen', 'im oberen Tal verkaufen', 'entlang des Kanals bauen', 'am Rand des Waldes finden', 'jenseits der Grenze zeigen', 'neben der Kathedrale öffnen', 'auf der Hochebene vermessen', 'außerhalb der Hauptstadt retten'],
    links: ['und deshalb', 'doch bald darauf', 'während', 'und trotzdem'],
    words: ['Geschichte', 'Wasser', 'Briefe', 'Handwerk', 'Sommer', 'Handel', 'Garten', 'Erinnerung', 'Brücke', 'Insel'],
    title: (first, second) => `Über ${first} und ${second}`,
  },
  fr: {
    openers: ['Au printemps', 'Après un long débat', 'Depuis des années', 'Le lendemain', 'Avant la guerre', 'Pendant l’hiver', 'Selon les archives', 'Sans prévenir', 'À cette époque', 'Plus tard dans la soirée'],
    subjects: ['le conseil du port', 'une ingénieure à la retraite', 'l’école du village', 'un des fermiers', 'la directrice du musée', 'un groupe d’étudiants', 'la compagnie des chemins de fer', 'le journal local', 'une petite boulangerie', 'le vieux pêcheur', 'le nouveau maire', 'le tribunal régional'],
    verbs: ['a décidé de restaurer', 'commençait à étudier', 'voulait décrire', 'pouvait financer', 'refusait d’abandonner', 'continuait à photographier', 'avait appris à réparer', 'espérait comprendre', 'cherchait à protéger', 'devait remplacer'],
    objects: ['le pont de pierre', 'un manuscrit oublié', 'plusieurs bateaux en bois', 'les vergers du nord', 'une collection de cartes', 'la voie étroite', 'le vieux phare', 'les registres des impôts', 'une horloge étrange', 'les halles du marché', 'le toit de cuivre', 'deux des moulins'],
    places: ['près de la rivière', 'derrière la mairie', 'sur la rive orientale', 'dans la haute vallée', 'le long du canal', 'à la lisière de la forêt', 'au-delà de la frontière', 'à côté de la cathédrale', 'sur le haut plateau', 'hors de la capitale'],
    links: ['et c’est pourquoi', 'parce que', 'tandis que', 'et bientôt'],
    words: ['histoire', 'eau', 'lettres', 'métier', 'été', 'commerce', 'jardin', 'mémoire', 'pont', 'île'],
    title: (first, second) => `À propos de ${first} et de ${second}`,
  },
  es: {
    openers: ['En primavera', 'Después de un largo debate', 'Desde hace muchos años', 'Al día siguiente', 'Antes de la guerra', 'Durante el invierno', 'Según los registros', 'Sin previo aviso', 'En aquellos días', 'Más tarde esa noche'],
    subjects: ['el consejo del puerto', 'una ingeniera jubilada', 'la escuela del pueblo', 'uno de los agricultores', 'la directora del museo', 'un grupo de estudiantes', 'la compañía del ferrocarril', 'el periódico local', 'una pequeña panadería', 'el viejo pescador', 'el nuevo alcalde', 'el tribunal regional'],
    verbs: ['decidió restaurar', 'empezó a estudiar', 'quería describir', 'pudo financiar', 'se negó a abandonar', 'siguió fotografiando', 'aprendió a reparar', 'esperaba comprender', 'intentaba proteger', 'tuvo que reemplazar'],
    objects: ['el puente de piedra', 'un manuscrito olvidado', 'varios barcos de madera', 'los huertos del norte', 'una colección de mapas', 'la vía estrecha', 'el viejo faro', 'los registros de impuestos', 'un reloj extraño', 'el mercado cubierto', 'el tejado de cobre', 'dos de los molinos'],
    places: ['cerca del río', 'detrás del ayuntamiento', 'en la orilla oriental', 'en el valle alto', 'a lo largo del canal', 'al borde del bosque', 'al otro lado de la frontera', 'junto a la catedral', 'en la meseta', 'fuera de la capital'],
    links: ['y por eso', 'porque', 'mientras', 'y pronto'],
    words: ['historia', 'agua', 'cartas', 'oficio', 'verano', 'comercio', 'jardín', 'memoria', 'puente', 'isla'],
    title: (first, second) => `Sobre ${first} y ${second}`,
  },
};

const SECOND_CLAUSE_CHANCE = 0.55;

/** A number for the openers that have a place for one. */
const numbered = (random, text) => text.replace('#', String(2 + random.below(1990)));

function clause(random, parts) {
  const described = (list) => (parts.adjectives ? `the ${random.pick(parts.adjectives)} ${random.pick(list)}` : random.pick(list));
  const verb = parts.adverbs ? `${random.pick(parts.adverbs)} ${random.pick(parts.verbs)}` : random.pick(parts.verbs);
  return [described(parts.subjects), verb, described(parts.objects), random.pick(parts.places)].join(' ');
}

/** One sentence of `language` that ends in a full stop. */
export function sentence(random, language) {
  const parts = GRAMMAR[language];
  const first = `${numbered(random, random.pick(parts.openers))} ${clause(random, parts)}`;
  const second = random.next() < SECOND_CLAUSE_CHANCE ? `, ${random.pick(parts.links)} ${clause(random, parts)}` : '';
  return `${first}${second}.`;
}

/** `count` sentences of `language`. */
export const sentences = (random, language, count) => Array.from({ length: count }, () => sentence(random, language));

/** A title of `language`. */
export function title(random, language) {
  const parts = GRAMMAR[language];
  return parts.title(random.pick(parts.words), random.pick(parts.words));
}
