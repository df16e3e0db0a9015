import type { CliContext } from '../context.js';

/** Counts Ctrl-C from its creation on; whoever listens later is told of earlier ones. */
export class Interrupts {
  private count = 0;
  private listener: ((count: number) => void) | null = null;
  private readonly stopListening: () => void;

  constructor(context: CliContext) {
    this.stopListening = context.onInterrupt(() => {
      this.count += 1;
      this.listener?.(this.count);
    });
  }

  listen(listener: (count: number) => void): void {
    this.listener = listener;
    if (this.count > 0) listener(this.count);
  }

  end(): void {
    this.stopListening();
  }
}
