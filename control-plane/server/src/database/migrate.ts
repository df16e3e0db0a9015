import type { MikroORM } from '@mikro-orm/postgresql';

/** Any constant: the advisory lock under which only one server migrates. */
const MIGRATION_LOCK = 728_312_001;

export class MigrationsPending extends Error {
  readonly code = 'MIGRATIONS_PENDING';
  constructor(names: readonly string[]) {
    super(`the database lacks the migrations ${names.join(', ')}; run "node dist/main.js migrate" first`);
  }
}

/** Applies the migrations that are missing (auto), or refuses where some are (check). Forward only. */
export async function migrate(orm: MikroORM, mode: 'auto' | 'check'): Promise<void> {
  if (mode === 'auto') return underLock(orm, async () => void (await orm.migrator.up()));
  const pending = await orm.migrator.getPending();
  if (pending.length > 0) throw new MigrationsPending(pending.map((migration) => migration.name));
}

async function underLock(orm: MikroORM, work: () => Promise<void>): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    await em.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    await work();
  });
}
