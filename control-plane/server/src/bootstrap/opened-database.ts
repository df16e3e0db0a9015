import type { Logger } from 'pino';
import type { ServerConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { migrate } from '../database/migrate.js';
import { createOrm } from '../database/orm.js';
import { ENTITIES } from '../entities.js';

const SUPERVISE_MS = 2000;

/** The database, connected and migrated; an embedded Postgres is kept running and stopped with it. */
export class OpenedDatabase {
  private readonly supervision: NodeJS.Timeout | undefined;

  private constructor(
    readonly database: Database,
    private readonly embedded: EmbeddedPostgres | null,
    private readonly logger: Logger,
  ) {
    if (embedded !== null) this.supervision = setInterval(() => void this.supervise(embedded), SUPERVISE_MS);
  }

  static async open(config: ServerConfig, logger: Logger): Promise<OpenedDatabase> {
    const embedded = config.databaseUrl === null ? await EmbeddedPostgres.open(config.home) : null;
    const orm = createOrm(config.databaseUrl ?? embedded!.url, ENTITIES, {
      passwordFile: config.databasePasswordFile,
    });
    const opened = new OpenedDatabase(new Database(orm), embedded, logger);
    try {
      await migrate(orm, config.migrate);
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.supervision);
    await this.database.close();
    await this.embedded?.stop();
  }

  private async supervise(embedded: EmbeddedPostgres): Promise<void> {
    try {
      await this.database.ping();
    } catch {
      this.logger.warn('embedded Postgres does not answer; starting it again');
      await embedded
        .ensureRunning()
        .catch((error: unknown) => this.logger.error({ err: error }, 'it did not start'));
    }
  }
}
