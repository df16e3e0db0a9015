import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { decodeCursor, type Page, toPage } from '../common/http/pagination.js';
import { Database } from '../database/database.js';
import { AttemptEntity } from './attempt.entity.js';
import type { RunDto, RunListQuery } from './dto/run.dto.js';
import type { RunParts } from './run-parts.js';
import { toRunDto } from './run-view.js';
import { RunEntity, type RunRow } from './run.entity.js';
import { RunNotFound } from './runs.errors.js';
import { StepEntity } from './step.entity.js';

/** Reads runs; never writes. */
@Injectable()
export class RunsService {
  constructor(private readonly database: Database) {}

  async list(query: RunListQuery): Promise<Page<RunDto>> {
    const after = decodeCursor(query.cursor, 2);
    return this.database.read(async (em) => {
      const where = {
        ...(query.state !== undefined && { state: query.state }),
        ...(query.name !== undefined && { name: query.name }),
        ...(after !== null && olderThan(after)),
      };
      const rows = await em.find(RunEntity, where, {
        orderBy: { createdAt: 'desc', id: 'desc' },
        limit: query.limit + 1,
      });
      const page = toPage(rows, query.limit, (run) => [run.createdAt.toISOString(), run.id]);
      return { items: (await loadParts(em, page.items)).map(toRunDto), nextCursor: page.nextCursor };
    });
  }

  /** Throws RunNotFound. */
  async get(runId: string): Promise<RunDto> {
    return toRunDto(await this.getParts(runId));
  }

  /** A run with its rows; throws RunNotFound. */
  async getParts(runId: string): Promise<RunParts> {
    return this.database.read(async (em) => {
      const run = await em.findOne(RunEntity, { id: runId });
      if (run === null) throw new RunNotFound(runId);
      const [parts] = await loadParts(em, [run]);
      return parts!;
    });
  }

  /** Number of runs that are not at their end. */
  async countActive(): Promise<number> {
    return this.database.read((em) =>
      em.count(RunEntity, { state: { $in: ['pending', 'running', 'cancelling'] } }),
    );
  }
}

async function loadParts(em: EntityManager, runs: readonly RunRow[]): Promise<RunParts[]> {
  const runId = { $in: runs.map((run) => run.id) };
  const steps = await em.find(StepEntity, { runId }, { orderBy: { ordinal: 'asc' } });
  const attempts = await em.find(AttemptEntity, { runId }, { orderBy: { number: 'asc' } });
  return runs.map((run) => ({
    run,
    steps: steps.filter((step) => step.runId === run.id),
    attempts: attempts.filter((attempt) => attempt.runId === run.id),
  }));
}

function olderThan([createdAt, id]: readonly (string | number)[]): object {
  const at = new Date(String(createdAt));
  return { $or: [{ createdAt: { $lt: at } }, { createdAt: at, id: { $lt: String(id) } }] };
}
