import type { RunsService } from '../runs/runs.service.js';

const CHECK_MS = 1000;

/** Calls `exit` once there was no request and no active run for so long. */
export class IdleExit {
  private lastUsedAt = performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly idleSeconds: number | null) {}

  touch(): void {
    this.lastUsedAt = performance.now();
  }

  start(runs: RunsService, exit: () => void): void {
    if (this.idleSeconds === null) return;
    const idleMs = this.idleSeconds * 1000;
    this.timer = setInterval(() => {
      void runs.countActive().then(
        (active) => {
          if (active > 0) this.touch();
          else if (performance.now() - this.lastUsedAt > idleMs) exit();
        },
        () => undefined, // the database is away: not the moment to decide
      );
    }, CHECK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
