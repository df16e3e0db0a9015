import { Injectable } from '@nestjs/common';
import { manifestUri } from '../../storage/store-layout.js';
import type { Lookup } from '../../versions/committed-version.js';
import { AttemptStore } from './attempt-store.js';
import { HolderActions } from './holder-actions.js';
import { Outcomes } from './outcomes.js';
import { damagedVersion } from './problems.js';
import type { Situation } from './situation.js';
import { WatchedWorkloads } from './watched-workloads.js';

/** Versions that a job wrote whole but did not commit, because somebody has to look at them first. */
@Injectable()
export class HeldVersions {
  constructor(
    private readonly store: AttemptStore,
    private readonly actions: HolderActions,
    private readonly outcomes: Outcomes,
    private readonly watched: WatchedWorkloads,
  ) {}

  /** Waits, without end, for a person, or for another run that commits the same version. */
  async await(situation: Situation): Promise<boolean> {
    const lookup = await this.watched.lookUp(situation);
    if (lookup.state === 'absent') return false;
    return this.settle(situation, lookup);
  }

  /** Commits an approved version. Each part may be repeated after a crash. */
  async publish(situation: Situation): Promise<boolean> {
    const { step, files } = situation;
    const uri = manifestUri(this.store.rootUri, step.stage, step.versionKey);
    const held = await this.store.findHeld(files);
    if (held !== null) {
      await this.actions.requireLease();
      await this.store.publish(uri, held);
    }
    const lookup = await this.watched.lookUp(situation);
    const reason = 'the manifest that was approved is missing';
    return this.settle(
      situation,
      lookup.state === 'absent' ? { state: 'damaged', manifestUri: files.held, reason } : lookup,
    );
  }

  private async settle(situation: Situation, lookup: Exclude<Lookup, { state: 'absent' }>): Promise<boolean> {
    if (lookup.state === 'committed') await this.outcomes.succeed(situation, lookup.version);
    else {
      const problem = damagedVersion(lookup.manifestUri, lookup.reason);
      await this.outcomes.end(situation, { state: 'failed', problem });
    }
    return true;
  }
}
