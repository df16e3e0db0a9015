import { Migrator } from '@mikro-orm/migrations';
import { type EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import { reclaimBrokenConnections } from './broken-connections.js';
import { connectionSettings } from '../config/connection-settings.js';
import { Migration20260101000000Init } from './migrations/20260101000000-init.js';

const MIGRATIONS = [Migration20260101000000Init];

/** Seconds to wait for a connection before a request is answered with DATABASE_UNAVAILABLE. */
const CONNECT_TIMEOUT_MS = 5000;
const POOL_SIZE = 20;
/** A server that sleeps or is cut off within a transaction would keep its locks, and the lease's row, for good. */
const IDLE_TRANSACTION_MS = 10_000;

interface OrmOptions {
  /** File with the password, read for each connection; null or absent: the URL has it. */
  readonly passwordFile?: string | null;
  /** Postgres ends a transaction that waits for its next statement for longer. */
  readonly idleTransactionMs?: number;
}

/** Builds the ORM without connecting; the first query connects. */
export function createOrm(
  databaseUrl: string,
  entities: EntitySchema[],
  { passwordFile = null, idleTransactionMs = IDLE_TRANSACTION_MS }: OrmOptions = {},
): MikroORM {
  return new MikroORM({
    clientUrl: databaseUrl,
    entities,
    extensions: [Migrator],
    pool: { min: 0, max: POOL_SIZE },
    driverOptions: {
      ...connectionSettings(databaseUrl, passwordFile),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: idleTransactionMs,
      keepAlive: true,
      onPoolCreated: reclaimBrokenConnections,
    },
    migrations: { migrationsList: MIGRATIONS, tableName: 'migrations', snapshot: false, silent: true },
    forceUtcTimezone: true,
    ignoreUndefinedInQuery: true,
  });
}
