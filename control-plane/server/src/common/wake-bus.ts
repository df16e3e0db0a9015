import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Who made a change: the loop that moves runs has seen its own already. */
export type ChangedBy = 'reconciler' | 'others';

/** In-process hint that a run changed. Nothing depends on it: every reader also polls. */
@Injectable()
export class WakeBus {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  /** Call after the transaction has committed. */
  changed(runId: string, by: ChangedBy = 'others'): void {
    this.emitter.emit('changed', runId, by);
  }

  /** Returns the function that ends the subscription. */
  onChanged(listener: (runId: string, by: ChangedBy) => void): () => void {
    this.emitter.on('changed', listener);
    return () => this.emitter.off('changed', listener);
  }
}
