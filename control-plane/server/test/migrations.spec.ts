import { expect, it } from '@jest/globals';
import { migrate, MigrationsPending } from '../src/database/migrate.js';
import { createOrm } from '../src/database/orm.js';
import { ENTITIES } from '../src/entities.js';
import { createTestDatabase } from './support/databases.js';

it('migrations lead to exactly the tables of the entities, and can be asked for', async () => {
  const test = await createTestDatabase();
  const orm = createOrm(test.url, ENTITIES);
  await expect(migrate(orm, 'check')).rejects.toThrow(MigrationsPending);
  await Promise.all([migrate(orm, 'auto'), migrate(orm, 'auto')]);
  await migrate(orm, 'check');
  expect(await orm.schema.getUpdateSchemaSQL({ wrap: false, dropTables: false })).toBe('');
  await orm.close();
  await test.drop();
});
