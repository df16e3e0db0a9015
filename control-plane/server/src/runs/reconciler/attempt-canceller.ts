import { Injectable } from '@nestjs/common';
import { DeadlinePassed, within } from '../../common/deadline.js';
import { StorageUnavailable } from '../../storage/storage.errors.js';
import { CrashPoints } from '../../common/crash-points.js';
import { AttemptStore } from './attempt-store.js';
import { HolderActions } from './holder-actions.js';
import type { Situation } from './situation.js';
import { WatchedWorkloads } from './watched-workloads.js';

/** A store that takes longer than this is not waited for. */
const CLAIM_MS = 3000;

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
   * starting does nothing; a version that was committed before the end is kept. A store that is away keeps nothing
   * from being ended, but the attempt from being over: that is tried again.
   */
  async cancel(situation: Situation): Promise<boolean> {
    const obstacle = await this.closeClaim(situation);
    this.crashPoints.reach('before-cancel-kill');
    const outcome = await this.actions.stop(situation);
    this.crashPoints.reach('after-cancel-kill');
    if (outcome === 'stopping') return false;
    if (obstacle !== null) throw obstacle;
    const lookup = await this.watched.lookUp(situation);
    if (lookup.state === 'committed') await this.actions.succeed(situation, lookup.version);
    else await this.actions.end(situation, { state: 'cancelled', problem: null });
    return true;
  }

  /** Why the claim could not be closed; null where it is. */
  private async closeClaim({ files, attempt }: Situation): Promise<Error | null> {
    try {
      await within(CLAIM_MS, this.store.closeClaim(files, attempt, await this.actions.now()));
      return null;
    } catch (error) {
      if (!(error instanceof StorageUnavailable) && !(error instanceof DeadlinePassed)) throw error;
      return error;
    }
  }
}
