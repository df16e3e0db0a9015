import { Client } from 'pg';
import { randomToken } from '../../src/common/ids.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A new empty database in the Postgres of this test run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const base = process.env['TEST_POSTGRES_URL']!;
  const name = `test_${randomToken().slice(0, 12)}`;
  await execute(base, `create database ${name}`);
  const url = new URL(base);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(base, `drop database if exists ${name} with (force)`) };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Runs one query and returns its rows. */
export async function queryRows<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}
