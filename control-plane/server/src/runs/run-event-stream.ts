import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { RequestInvalid } from '../common/errors.js';
import { WakeBus } from '../common/wake-bus.js';
import type { RunEventDto } from './dto/run.dto.js';
import { RunEventsService } from './run-events.service.js';

const POLL_MS = 1000;
const HEARTBEAT_MS = 15_000;

/** Server-sent events of a run. Postgres is the source; wake-ups only shorten the wait. */
@Injectable()
export class RunEventStream {
  constructor(
    private readonly events: RunEventsService,
    private readonly wakeBus: WakeBus,
  ) {}

  /** Sends events after `lastEventId` until the run's last one, or until the client goes away. */
  async send(runId: string, lastEventId: string | undefined, response: Response): Promise<void> {
    let lastId = parseEventId(lastEventId);
    let batch = await this.events.after(runId, lastId);
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    const heartbeat = setInterval(() => response.write(': heartbeat\n\n'), HEARTBEAT_MS);
    try {
      while (!response.destroyed) {
        for (const event of batch.events) response.write(format(event));
        lastId = batch.events.at(-1)?.id ?? lastId;
        if (batch.isEnded) break;
        if (batch.events.length === 0) await this.nextChange(runId, response);
        batch = await this.events.after(runId, lastId);
      }
    } finally {
      clearInterval(heartbeat);
      response.end();
    }
  }

  /** Ends with the run's next change, after a second, or when the client goes away. */
  private nextChange(runId: string, response: Response): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        unsubscribe();
        response.off('close', finish);
        resolve();
      };
      const timer = setTimeout(finish, POLL_MS);
      const unsubscribe = this.wakeBus.onChanged((changed) => changed === runId && finish());
      response.once('close', finish);
    });
  }
}

function parseEventId(value: string | undefined): number {
  if (value === undefined || value === '') return 0;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new RequestInvalid('Last-Event-ID must be the id of an event');
}

function format(event: RunEventDto): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
