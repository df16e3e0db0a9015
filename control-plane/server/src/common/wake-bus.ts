import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** In-process hint that a run changed. Nothing depends on it: every reader also polls. */
@Injectable()
export class WakeBus {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  /** Call after the transaction has committed. */
  changed(runId: string): void {
    this.emitter.emit('changed', runId);
  }

  /** Returns the function that ends the subscription. */
  onChanged(listener: (runId: string) => void): () => void {
    this.emitter.on('changed', listener);
    return () => this.emitter.off('changed', listener);
  }
}
