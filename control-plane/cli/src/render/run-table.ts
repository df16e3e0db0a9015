import type { Run, Step } from '@corpusmill/client';

import type { Colours } from '../output/colour.js';
import { formatBytes, formatCount, formatDuration, formatTime } from '../output/format.js';
import { renderFields, renderTable } from '../output/table.js';
import type { Column } from '../output/table.js';
import { sanitizeLine } from '../output/text.js';

/** The table of `runs list`. */
export function renderRuns(runs: readonly Run[], colours: Colours, nowMs: number): string {
  return renderTable(
    [
      { header: 'RUN', value: (run) => run.id },
      { header: 'NAME', value: (run) => run.name },
      {
        header: 'STATE',
        value: (run) => run.state,
        paint: (text, run) => paintState(text, run.state, colours),
      },
      { header: 'CREATED', value: (run) => formatTime(run.createdAt) },
      { header: 'TOOK', value: (run) => formatDuration(elapsedSeconds(run, nowMs)), align: 'right' },
      { header: 'VERSION', value: (run) => run.version ?? '-' },
    ],
    runs,
  );
}

/** One run whole: `runs show` and the end of `run --wait`. */
export function renderRun(run: Run, colours: Colours, nowMs: number): string {
  const fields = renderFields([
    ['run', run.id],
    ['recipe', `${run.name} ${run.recipeDigest.slice(0, 12)}`],
    ['state', run.state],
    ['created', formatTime(run.createdAt)],
    ['took', run.startedAt === null ? null : formatDuration(elapsedSeconds(run, nowMs))],
    ['version', run.version],
  ]);
  return `${fields}\n${renderSteps(run.steps, colours, nowMs)}${renderProblems(run, colours)}`;
}

/** A row per stage: state, phase, progress, rows, speed, ETA. */
export function renderSteps(steps: readonly Step[], colours: Colours, nowMs: number): string {
  return renderTable(stepColumns(colours, nowMs), steps);
}

function stepColumns(colours: Colours, nowMs: number): readonly Column<Step>[] {
  return [
    { header: 'STAGE', value: (step) => step.stage },
    { header: 'STATE', value: stateOf, paint: (text, step) => paintState(text, step.state, colours) },
    { header: 'PHASE', value: (step) => (isActive(step) ? (step.progress?.phase ?? '') : ''), maxWidth: 20 },
    { header: 'DONE', value: doneOf, align: 'right' },
    { header: 'ROWS', value: rowsOf, align: 'right' },
    { header: 'SPEED', value: (step) => speedOf(step, nowMs), align: 'right' },
    { header: 'ETA', value: (step) => etaOf(step, nowMs), align: 'right' },
    {
      header: 'TOOK',
      value: (step) => (step.startedAt === null ? '' : formatDuration(elapsedSeconds(step, nowMs))),
      align: 'right',
    },
  ];
}

/** Every failure of a run: the run's, or those of its steps, with the way to its log. */
export function renderProblems(run: Run, colours: Colours): string {
  const failed = run.steps.filter((step) => step.problem !== null && step.state !== 'succeeded');
  const lines = failed.map((step) => problemLine(step.stage, step.problem, colours));
  if (failed.length === 0 && run.problem !== null) lines.push(problemLine('run', run.problem, colours));
  const hints = failed.map((step) => `log: corpusmill runs logs ${run.id} --step ${step.stage}\n`);
  if (failed.some((step) => step.state === 'waiting-approval'))
    hints.push(`approve: corpusmill runs approve ${run.id}\ndeny: corpusmill runs deny ${run.id}\n`);
  return lines.length === 0 ? '' : `\n${lines.join('')}${hints.join('')}`;
}

function problemLine(where: string, problem: Step['problem'], colours: Colours): string {
  return `${colours.red(where)} ${problem?.code ?? ''}: ${sanitizeLine(problem?.message ?? '')}\n`;
}

function stateOf(step: Step): string {
  if (step.state === 'reused' && step.reusedFromRun !== null)
    return `reused from run ${step.reusedFromRun.slice(0, 13)}`;
  const attempt = step.attempts.length;
  return attempt > 1 && isActive(step) ? `${step.state} (attempt ${attempt})` : step.state;
}

function doneOf(step: Step): string {
  if (!isActive(step) || step.progress === null) return '';
  const { unitsDone, unitsTotal } = step.progress;
  return unitsTotal === null
    ? formatCount(unitsDone)
    : `${formatCount(unitsDone)}/${formatCount(unitsTotal)}`;
}

function rowsOf(step: Step): string {
  if (step.counts !== null) return formatCount(step.counts.kept);
  return step.progress?.rows === null || step.progress === null ? '' : formatCount(step.progress.rows);
}

function speedOf(step: Step, nowMs: number): string {
  const bytes = step.progress?.bytes ?? null;
  const seconds = elapsedSeconds(step, nowMs);
  return !isActive(step) || bytes === null || bytes === 0 || seconds <= 0
    ? ''
    : `${formatBytes(bytes / seconds)}/s`;
}

function etaOf(step: Step, nowMs: number): string {
  const progress = step.progress;
  if (!isActive(step) || progress === null || progress.unitsTotal === null || progress.unitsDone === 0)
    return '';
  const left = progress.unitsTotal - progress.unitsDone;
  return formatDuration((elapsedSeconds(step, nowMs) * left) / progress.unitsDone);
}

function isActive(step: Step): boolean {
  return step.state === 'running' || step.state === 'retrying';
}

/** Seconds from start to end, or to now. */
function elapsedSeconds(
  timed: { readonly startedAt: string | null; readonly finishedAt: string | null },
  nowMs: number,
): number {
  if (timed.startedAt === null) return 0;
  const end = timed.finishedAt === null ? nowMs : Date.parse(timed.finishedAt);
  return Math.max(0, (end - Date.parse(timed.startedAt)) / 1000);
}

function paintState(text: string, state: string, colours: Colours): string {
  if (state === 'succeeded') return colours.green(text);
  if (state === 'failed') return colours.red(text);
  if (state === 'running' || state === 'retrying' || state === 'cancelling') return colours.cyan(text);
  return colours.dim(text);
}
