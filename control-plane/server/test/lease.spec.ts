import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { DatabaseUnavailable } from '../src/common/errors.js';
import { Database } from '../src/database/database.js';
import { Lease, LeaseLost } from '../src/database/lease.js';
import { migrate } from '../src/database/migrate.js';
import { createOrm } from '../src/database/orm.js';
import { ENTITIES } from '../src/entities.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';

describe('lease', () => {
  let test: TestDatabase;
  let database: Database;
  let count = 0;
  let name = '';

  beforeAll(async () => {
    test = await createTestDatabase();
    database = new Database(createOrm(test.url, ENTITIES));
    await migrate(database.orm, 'auto');
  });

  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  beforeEach(() => {
    name = `lease-${(count += 1)}`;
  });

  const leaseOf = (owner: string, seconds: number, instance = '1') =>
    new Lease(database, { name, owner, instance, seconds });

  it('is held by one server at a time', async () => {
    const [first, second] = [leaseOf('a', 30), leaseOf('b', 30)];
    expect(await first.hold()).toBe(true);
    expect(await second.hold()).toBe(false);
    expect(await first.hold()).toBe(true);
    expect([first.currentEpoch, second.currentEpoch]).toEqual([1, null]);
  });

  it('goes to another server after its time, with a higher epoch', async () => {
    const [first, second] = [leaseOf('a', 0.2), leaseOf('b', 30)];
    await first.hold();
    await setTimeout(300);
    expect(await second.hold()).toBe(true);
    expect(second.currentEpoch).toBe(2);
    expect(await first.isHeld()).toBe(false);
    expect(await first.hold()).toBe(false);
  });

  it('lets no transaction of an earlier holder commit', async () => {
    const [first, second] = [leaseOf('a', 0.2), leaseOf('b', 30)];
    await first.hold();
    await setTimeout(300);
    await second.hold();
    const write = database.transaction(async (em) => {
      await em.execute(`insert into leases values ('written', 'a', 1, now())`);
      await first.assertHeld(em);
    });
    await expect(write).rejects.toThrow(LeaseLost);
    expect(await database.read((em) => em.execute(`select 1 from leases where name = 'written'`))).toEqual(
      [],
    );
  });

  it('cannot be taken while a transaction of its holder is open', async () => {
    const [first, second] = [leaseOf('a', 0.3), leaseOf('b', 30)];
    await first.hold();
    const order: string[] = [];
    const write = database.transaction(async (em) => {
      await first.assertHeld(em);
      await setTimeout(600);
      order.push('written');
    });
    await setTimeout(400);
    const taking = second.hold().then(() => order.push('taken'));
    await Promise.all([write, taking]);
    expect(order).toEqual(['written', 'taken']);
  });

  it('goes to another server where its holder sleeps within a transaction, which then fails', async () => {
    const sleepy = new Database(createOrm(test.url, ENTITIES, { idleTransactionMs: 500 }));
    const first = new Lease(sleepy, { name, owner: 'a', instance: '1', seconds: 0.3 });
    await first.hold();
    const taking = setTimeout(400).then(() => leaseOf('b', 30).hold());
    const write = sleepy.transaction(async (em) => {
      await first.assertHeld(em);
      await taking;
      await em.execute(`insert into leases values ('slept', 'a', 1, now())`);
    });
    const failed = expect(write).rejects.toThrow(DatabaseUnavailable);
    expect(await taking).toBe(true);
    await failed;
    expect(await first.hold()).toBe(false);
    await sleepy.close(); // waits for every connection: none is kept by the transaction that failed
  });

  it('is taken at once from an earlier server of the same home folder', async () => {
    const [dead, next] = [leaseOf('a', 30, '1'), leaseOf('a', 30, '2')];
    await dead.hold();
    expect(await next.hold()).toBe(true);
    expect(await dead.isHeld()).toBe(false);
  });

  it('is free after release', async () => {
    const [first, second] = [leaseOf('a', 30), leaseOf('b', 30)];
    await first.hold();
    await first.release();
    expect(await second.hold()).toBe(true);
  });
});
