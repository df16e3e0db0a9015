import { Inject, Injectable } from '@nestjs/common';
import { SERVER_CONFIG } from '../../common/tokens.js';
import { type ChangedBy, WakeBus } from '../../common/wake-bus.js';
import type { ServerConfig } from '../../config/config.js';
import { Lease } from '../../database/lease.js';
import { ReconcilerWork } from './reconciler-work.js';

/**
 * The level-triggered loop: while this server holds the lease, every active run is moved on, again and again.
 * Wake-ups only shorten the wait; with none of them the state still converges by polling.
 */
@Injectable()
export class Reconciler {
  private isStopped = false;
  private loop: Promise<void> = Promise.resolve();
  private renewals: NodeJS.Timeout | undefined;
  private renewal: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;

  constructor(
    private readonly lease: Lease,
    private readonly work: ReconcilerWork,
    private readonly wakeBus: WakeBus,
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
  ) {}

  start(): void {
    const unsubscribe = this.wakeBus.onChanged((runId, by) => this.onChanged(runId, by));
    this.renewals = setInterval(
      () => {
        this.renewal = this.renew();
      },
      (this.config.reconciler.leaseSeconds * 1000) / 3,
    );
    this.loop = this.run().finally(unsubscribe);
  }

  /** Ends after the round in progress and frees the lease; workloads go on. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.renewals);
    this.wake();
    await this.work.stop();
    await Promise.all([this.loop, this.renewal]);
    await this.lease.release().catch(() => undefined);
  }

  /** True where this server is the one that acts. */
  get isActive(): boolean {
    return this.lease.currentEpoch !== null;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      const nextWake = this.nextWake();
      if (await this.holdLease()) {
        await this.work.round();
        await this.work.sweep();
      }
      await nextWake;
    }
  }

  /** Looks at the run at once, not at all of them: events may come by the thousand. */
  private onChanged(runId: string, by: ChangedBy): void {
    if (by !== 'reconciler' && this.isActive && !this.isStopped) this.work.look(runId);
  }

  private async holdLease(): Promise<boolean> {
    return (await this.work.attempt('lease', () => this.lease.hold())) === true;
  }

  private async renew(): Promise<void> {
    if (this.isActive) await this.holdLease();
  }

  /** Resolves after the poll interval, or at the next wake-up; wake-ups during a round count. */
  private nextWake(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.config.reconciler.pollMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
