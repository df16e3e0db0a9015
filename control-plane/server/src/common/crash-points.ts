/** Labelled points at which a test may kill the server (CORPUSMILL_CRASH_AT). */
export const CRASH_POINTS = [
  'after-run-commit',
  'after-attempt-commit',
  'after-spec-write',
  'after-spawn',
  'before-harvest-commit',
  'after-harvest-commit',
  'before-cancel-kill',
  'after-cancel-kill',
  'after-approved-commit',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Kills this process where the configured label is reached; does nothing in normal operation. */
export class CrashPoints {
  constructor(private readonly crashAt: string | null) {}

  reach(point: CrashPoint): void {
    if (point === this.crashAt) process.kill(process.pid, 'SIGKILL');
  }
}
