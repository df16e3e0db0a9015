import type { InstanceLock } from './instance-lock.js';

const CHECK_MS = 1000;

/**
 * Calls `onLost` once the home folder is no longer this server's: somebody removed it to start afresh. A server that
 * went on would fight with the next one over the same paths.
 */
export class HomeWatch {
  private readonly timer: NodeJS.Timeout;

  constructor(lock: InstanceLock, onLost: () => void) {
    this.timer = setInterval(() => {
      void lock.isHeld().then((isHeld) => {
        if (!isHeld) this.lose(onLost);
      });
    }, CHECK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private lose(onLost: () => void): void {
    this.stop();
    onLost();
  }
}
