import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How the reconciler does. */
@Injectable()
export class ReconcileMetrics {
  private lastRoundAt = performance.now();
  private readonly seconds: Histogram;
  private readonly failures: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.seconds = new Histogram({
      name: 'corpusmill_reconcile_round_seconds',
      help: 'Time of one round over all active runs',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30],
      registers,
    });
    this.failures = new Counter({
      name: 'corpusmill_reconcile_failures_total',
      help: 'Rounds or runs that failed and are tried again',
      registers,
    });
    const age = () => (performance.now() - this.lastRoundAt) / 1000;
    const lag: Gauge = new Gauge({
      name: 'corpusmill_reconcile_lag_seconds',
      help: 'Time since the last finished round of this server',
      registers,
      collect: () => lag.set(age()),
    });
  }

  roundDone(seconds: number): void {
    this.lastRoundAt = performance.now();
    this.seconds.observe(seconds);
  }

  failed(): void {
    this.failures.inc();
  }
}
