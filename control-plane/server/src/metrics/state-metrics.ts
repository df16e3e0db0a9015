import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DatabaseUnavailable } from '../common/errors.js';
import { Database } from '../database/database.js';

const TABLES = ['runs', 'steps', 'attempts'] as const;

/** Runs, steps and attempts by state, counted when the metrics are read. */
@Injectable()
export class StateMetrics {
  constructor(
    registry: Registry,
    private readonly database: Database,
  ) {
    collectDefaultMetrics({ register: registry, prefix: 'corpusmill_' });
    for (const table of TABLES) {
      const count = () => this.count(table);
      const gauge: Gauge<'state'> = new Gauge({
        name: `corpusmill_${table}`,
        help: `Number of ${table} by state`,
        labelNames: ['state'],
        registers: [registry],
        collect: async () => {
          const counts = await count();
          gauge.reset();
          for (const [state, number] of counts) gauge.set({ state }, number);
        },
      });
    }
  }

  /** Empty while the database is away: the other metrics are still told. */
  private async count(table: (typeof TABLES)[number]): Promise<readonly (readonly [string, number])[]> {
    try {
      const rows = await this.database.read((em) =>
        em.execute<{ state: string; number: string }[]>(
          `select state, count(*) as number from ${table} group by state`,
        ),
      );
      return rows.map((row) => [row.state, Number(row.number)] as const);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return [];
      throw error;
    }
  }
}
