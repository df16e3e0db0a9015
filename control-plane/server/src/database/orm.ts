import { Migrator } from '@mikro-orm/migrations';
import { type EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import { Migration20260101000000Init } from './migrations/20260101000000-init.js';

const MIGRATIONS = [Migration20260101000000Init];

/** Seconds to wait for a connection before a request is answered with DATABASE_UNAVAILABLE. */
const CONNECT_TIMEOUT_MS = 5000;
const POOL_SIZE = 20;

/** Builds the ORM without connecting; the first query connects. */
export function createOrm(databaseUrl: string, entities: EntitySchema[]): MikroORM {
  return new MikroORM({
    clientUrl: databaseUrl,
    entities,
    extensions: [Migrator],
    pool: { min: 0, max: POOL_SIZE },
    driverOptions: { connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true },
    migrations: { migrationsList: MIGRATIONS, tableName: 'migrations', snapshot: false, silent: true },
    forceUtcTimezone: true,
    ignoreUndefinedInQuery: true,
  });
}
