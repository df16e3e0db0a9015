import type { Run, Step } from '@corpusmill/client';

import type { Colours } from '../output/colour.js';
import { formatCount } from '../output/format.js';
import { renderJsonLine } from '../output/json.js';
import { sanitizeLine, truncate } from '../output/text.js';
import type { TextOutput } from '../context.js';
import { renderSteps } from '../render/run-table.js';

/** How a run's progress is shown. */
export interface LiveViewOptions {
  readonly output: TextOutput;
  readonly colours: Colours;
  readonly json: boolean;
  readonly now: () => number;
}

const LINE_INTERVAL_MS = 10_000;

/** A table that is drawn over on a terminal; elsewhere a line per change and one each ten seconds. */
export class LiveView {
  private drawnLines = 0;
  private lastLineAt: number;
  private readonly seen = new Map<string, string>();

  constructor(private readonly options: LiveViewOptions) {
    this.lastLineAt = options.now();
  }

  show(run: Run): void {
    if (this.options.output.isTty && !this.options.json) this.draw(run);
    else this.writeLines(run);
  }

  /** Leaves the last picture standing, so that what comes next is below it. */
  end(): void {
    this.drawnLines = 0;
  }

  private draw(run: Run): void {
    const { output, colours, now } = this.options;
    const text = `run ${run.id} ${run.state}\n${renderSteps(run.steps, colours, now())}`;
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => (colours.bold('x') === 'x' ? truncate(line, output.columns) : line));
    const up = this.drawnLines === 0 ? '' : `\u001b[${this.drawnLines}A`;
    output.write(`${up}\r${lines.map((line) => `\u001b[2K${line}\n`).join('')}`);
    this.drawnLines = lines.length;
  }

  private writeLines(run: Run): void {
    const changed = run.steps.filter((step) => this.isNew(step));
    for (const step of changed) this.writeStep(run, step);
    const running = run.steps.find((step) => step.state === 'running');
    if (changed.length > 0) this.lastLineAt = this.options.now();
    else if (running && this.options.now() - this.lastLineAt >= LINE_INTERVAL_MS) {
      this.lastLineAt = this.options.now();
      this.writeStep(run, running);
    }
  }

  private isNew(step: Step): boolean {
    const state = `${step.state} ${step.attempts.length}`;
    const before = this.seen.get(step.stage) ?? 'pending 0';
    this.seen.set(step.stage, state);
    return before !== state;
  }

  private writeStep(run: Run, step: Step): void {
    if (this.options.json) {
      const { stage, state, progress } = step;
      this.options.output.write(
        renderJsonLine({
          type: 'progress',
          runId: run.id,
          stage,
          state,
          attempt: step.attempts.length,
          progress,
        }),
      );
    } else this.options.output.write(`${stepLine(step)}\n`);
  }
}

/** `dedup running: verify 12/40, 1,234 rows`. */
function stepLine(step: Step): string {
  const attempt = step.attempts.length > 1 ? ` (attempt ${step.attempts.length})` : '';
  const head = `${step.stage} ${step.state}${attempt}`;
  if (step.state === 'reused') return `${head} from run ${step.reusedFromRun ?? '?'}`;
  if (step.counts !== null)
    return `${head}: ${formatCount(step.counts.kept)} of ${formatCount(step.counts.in)} kept`;
  if (step.state !== 'running' || step.progress === null) return head;
  const { phase, unitsDone, unitsTotal, rows } = step.progress;
  const units =
    unitsTotal === null ? formatCount(unitsDone) : `${formatCount(unitsDone)}/${formatCount(unitsTotal)}`;
  return `${head}: ${sanitizeLine(phase)} ${units}${rows === null ? '' : `, ${formatCount(rows)} rows`}`;
}
