import { Injectable } from '@nestjs/common';
import { decodeCursor, mapPage, type Page, type PageQuery, toPage } from '../common/http/pagination.js';
import { Database } from '../database/database.js';
import type { RunEventDto } from './dto/run.dto.js';
import { RunEventEntity } from './run-event.entity.js';
import { toEventDto } from './run-view.js';
import { RunEntity } from './run.entity.js';
import { isTerminalRun } from './run.states.js';
import { RunNotFound } from './runs.errors.js';

const BATCH_SIZE = 500;

/** Events of a run after a given one, and whether more can come. */
export interface EventBatch {
  readonly events: readonly RunEventDto[];
  readonly isEnded: boolean;
}

@Injectable()
export class RunEventsService {
  constructor(private readonly database: Database) {}

  /** Events in order; throws RunNotFound. */
  async list(runId: string, query: PageQuery): Promise<Page<RunEventDto>> {
    const [after] = decodeCursor(query.cursor, 1) ?? [0];
    await this.requireRun(runId);
    const rows = await this.find(runId, Number(after), query.limit + 1);
    return mapPage(
      toPage(rows, query.limit, (row) => [row.id]),
      toEventDto,
    );
  }

  /** The next events. The run's state is read first: a run that had ended then has no event we miss. */
  async after(runId: string, lastId: number): Promise<EventBatch> {
    const isTerminal = await this.requireRun(runId);
    const rows = await this.find(runId, lastId, BATCH_SIZE);
    return { events: rows.map(toEventDto), isEnded: isTerminal && rows.length < BATCH_SIZE };
  }

  private find(runId: string, after: number, limit: number) {
    return this.database.read((em) =>
      em.find(RunEventEntity, { runId, id: { $gt: after } }, { orderBy: { id: 'asc' }, limit }),
    );
  }

  /** True where the run is at its end. */
  private async requireRun(runId: string): Promise<boolean> {
    const run = await this.database.read((em) => em.findOne(RunEntity, { id: runId }, { fields: ['state'] }));
    if (run === null) throw new RunNotFound(runId);
    return isTerminalRun(run.state);
  }
}
