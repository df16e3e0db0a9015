/** The stages of a recipe, in the order in which they always run. */
export const STAGES = ['extract', 'filter', 'dedup', 'score', 'scrub', 'tokenize', 'mix'] as const;

export type Stage = (typeof STAGES)[number];

/** Stages that run on Ray; all others run on Spark. */
const RAY_STAGES: ReadonlySet<Stage> = new Set(['score', 'scrub']);

export type Engine = 'spark' | 'ray';

export function engineOf(stage: Stage): Engine {
  return RAY_STAGES.has(stage) ? 'ray' : 'spark';
}
