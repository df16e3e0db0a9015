import type { Pool, PoolClient } from 'pg';

/** Longer than it takes whoever has a connection to see that it broke and to give it back. */
const GRACE_MS = 2000;

/**
 * Gives connections back to the pool that broke within a transaction. Kysely releases a transaction's connection only
 * after a rollback that succeeded, and on a broken one none does: each would take one of the pool's places for good.
 */
export function reclaimBrokenConnections(pool: Pool): void {
  const taken = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => taken.add(client));
  pool.on('release', (_error, client) => taken.delete(client));
  pool.on('connect', (client) => {
    client.once('error', () => {
      const giveBack = () => {
        if (taken.has(client)) client.release(true);
      };
      setTimeout(giveBack, GRACE_MS).unref();
    });
  });
}
