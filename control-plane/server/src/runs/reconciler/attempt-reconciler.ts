import { Injectable } from '@nestjs/common';
import { assertUnreachable } from '../../common/assert-unreachable.js';
import { AttemptObserver } from './attempt-observer.js';
import { AttemptStarter } from './attempt-starter.js';
import { HeldVersions } from './held-versions.js';
import type { Situation } from './situation.js';

/** Starts, follows or commits the latest attempt of a step. */
@Injectable()
export class AttemptReconciler {
  constructor(
    private readonly starter: AttemptStarter,
    private readonly observer: AttemptObserver,
    private readonly held: HeldVersions,
  ) {}

  async reconcile(situation: Situation): Promise<boolean> {
    const { state } = situation.attempt;
    switch (state) {
      case 'created':
        return this.starter.start(situation);
      case 'submitted':
      case 'running':
        return this.observer.observe(situation);
      case 'held':
        return this.held.await(situation);
      case 'approved':
        return this.held.publish(situation);
      case 'succeeded':
      case 'failed':
      case 'lost':
      case 'cancelled':
        return false;
      default:
        return assertUnreachable(state);
    }
  }
}
