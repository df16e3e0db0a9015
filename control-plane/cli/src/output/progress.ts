import { formatBytes, formatDuration } from './format.js';
import { renderJsonLine } from './json.js';

/** How far a transfer is, in bytes and files. */
export interface TransferProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly doneFiles: number;
  readonly totalFiles: number;
}

/** Where and how progress is shown. Milliseconds throughout. */
export interface ProgressOutput {
  readonly write: (text: string) => void;
  readonly isTty: boolean;
  readonly json: boolean;
  readonly now: () => number;
}

const TTY_INTERVAL_MS = 150;
const LINE_INTERVAL_MS = 10_000;
/** Speed is the mean over this time, so that the ETA neither jumps nor sticks. */
const SPEED_WINDOW_MS = 5000;
const BAR_COLUMNS = 24;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows a transfer: a bar on a terminal, otherwise one line each ten seconds. */
export class TransferReporter {
  private readonly samples: { at: number; bytes: number }[] = [];
  private readonly intervalMs: number;
  private shownAt: number;
  private drawn = false;

  constructor(private readonly output: ProgressOutput) {
    const live = output.isTty && !output.json;
    this.intervalMs = live ? TTY_INTERVAL_MS : LINE_INTERVAL_MS;
    this.shownAt = live ? Number.NEGATIVE_INFINITY : output.now();
  }

  /** Takes the newest state; shows it where the last showing is long enough ago. */
  update(progress: TransferProgress): void {
    const now = this.output.now();
    this.sample(now, progress.doneBytes);
    if (now - this.shownAt < this.intervalMs) return;
    this.shownAt = now;
    this.show(progress, this.bytesPerSecond());
  }

  /** Removes the bar. */
  end(): void {
    if (this.drawn) this.output.write(CLEAR_LINE);
    this.drawn = false;
  }

  private show(progress: TransferProgress, speed: number): void {
    if (this.output.json) this.output.write(renderJsonLine(jsonProgress(progress, speed)));
    else if (this.output.isTty) {
      this.output.write(`${CLEAR_LINE}${renderBar(progress)} ${renderTransfer(progress, speed)}`);
      this.drawn = true;
    } else this.output.write(`${renderTransfer(progress, speed)}\n`);
  }

  private sample(now: number, bytes: number): void {
    this.samples.push({ at: now, bytes });
    while (this.samples.length > 2 && now - (this.samples[1]?.at ?? now) >= SPEED_WINDOW_MS)
      this.samples.shift();
  }

  private bytesPerSecond(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.at <= first.at) return 0;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}

/** `12.3 MB of 45.6 MB, 3 of 8 files, 10.2 MB/s, ETA 4s`. */
export function renderTransfer(progress: TransferProgress, bytesPerSecond: number): string {
  const parts = [
    `${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)}`,
    `${progress.doneFiles} of ${progress.totalFiles} files`,
  ];
  if (bytesPerSecond <= 0) return parts.join(', ');
  const etaSeconds = (progress.totalBytes - progress.doneBytes) / bytesPerSecond;
  return [...parts, `${formatBytes(bytesPerSecond)}/s`, `ETA ${formatDuration(etaSeconds)}`].join(', ');
}

/** A bar of fixed width. */
export function renderBar(progress: { readonly doneBytes: number; readonly totalBytes: number }): string {
  const share = progress.totalBytes === 0 ? 1 : Math.min(1, progress.doneBytes / progress.totalBytes);
  const full = Math.floor(share * BAR_COLUMNS);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_COLUMNS - full)}] ${String(Math.floor(share * 100)).padStart(3)}%`;
}

function jsonProgress(progress: TransferProgress, speed: number): Record<string, unknown> {
  const etaSeconds = speed > 0 ? (progress.totalBytes - progress.doneBytes) / speed : null;
  return { type: 'progress', ...progress, bytesPerSecond: Math.round(speed), etaSeconds };
}
