import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DatabaseUnavailable } from '../src/common/errors.js';
import { Database } from '../src/database/database.js';
import { createOrm } from '../src/database/orm.js';
import { ENTITIES } from '../src/entities.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';

let test: TestDatabase;
let database: Database;

beforeEach(async () => {
  test = await createTestDatabase();
  database = new Database(createOrm(test.url, ENTITIES));
  await database.ping();
});

afterEach(async () => {
  await test.drop();
});

it('closes while a connection is being made, once its query has ended, and begins nothing more', async () => {
  const slow = database.read((em) => em.execute<{ one: number }[]>('select 1 as one from pg_sleep(0.3)'));
  const onNewConnection = database.read((em) => em.execute<{ two: number }[]>('select 2 as two'));
  await database.close();
  expect([await slow, await onNewConnection]).toEqual([[{ one: 1 }], [{ two: 2 }]]);
  await expect(database.ping()).rejects.toThrow(DatabaseUnavailable);
}, 20_000);
