import { Injectable } from '@nestjs/common';
import { CrashPoints } from '../../common/crash-points.js';
import { AttemptStore } from './attempt-store.js';
import { HolderActions } from './holder-actions.js';
import type { Situation } from './situation.js';
import { WatchedWorkloads } from './watched-workloads.js';

/** Ends an attempt that is not wanted any more. */
@Injectable()
export class AttemptCanceller {
  constructor(
    private readonly store: AttemptStore,
    private readonly actions: HolderActions,
    private readonly watched: WatchedWorkloads,
    private readonly crashPoints: CrashPoints,
  ) {}

  /**
   * True once no process of the attempt is left. The claim is closed first, so that a workload which is just
   * starting does nothing; a version that was committed before the end is kept.
   */
  async cancel(situation: Situation): Promise<boolean> {
    await this.store.closeClaim(situation.files, situation.attempt, await this.actions.now());
    this.crashPoints.reach('before-cancel-kill');
    const outcome = await this.actions.stop(situation);
    this.crashPoints.reach('after-cancel-kill');
    if (outcome === 'stopping') return false;
    const lookup = await this.watched.lookUp(situation);
    if (lookup.state === 'committed') await this.actions.succeed(situation, lookup.version);
    else await this.actions.end(situation, { state: 'cancelled', problem: null });
    return true;
  }
}
