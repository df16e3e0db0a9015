import type { ErrorItem } from '../common/errors.js';
import type { Recipe } from './recipe.js';

/** What dedup can order documents by: columns of extract's documents (docs/contracts/document.md), and the text's length. */
const COLUMNS = [
  'length',
  'author',
  'date',
  'doc_id',
  'domain',
  'fetch_time',
  'id',
  'lang',
  'lang_mix',
  'lang_score',
  'licence',
  'metadata',
  'opt_out',
  'source',
  'text',
  'title',
  'url',
  'warc_offset',
  'warc_uri',
];
const OF_METADATA = 'metadata.';

/** Columns of `survivors` that no input of dedup has: the job would find out only after extract and filter. */
export function checkSurvivors(recipe: Recipe): readonly ErrorItem[] {
  const survivors = recipe.stages.dedup?.['survivors'];
  if (!Array.isArray(survivors)) return [];
  return survivors.flatMap((survivor: unknown, index) => {
    const column = String(survivor).split(' ')[0]!;
    if (COLUMNS.includes(column) || column.startsWith(OF_METADATA)) return [];
    const later = column.startsWith('score_') ? '; score runs after dedup' : '';
    return [
      {
        pointer: `/stages/dedup/survivors/${index}`,
        message: `dedup's input has no column ${column}${later}; it has ${COLUMNS.join(', ')} and metadata.KEY`,
      },
    ];
  });
}
