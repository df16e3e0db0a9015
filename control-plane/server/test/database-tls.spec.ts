import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '../src/database/database.js';
import { createOrm } from '../src/database/orm.js';
import { ENTITIES } from '../src/entities.js';
import { type TestDatabase, createTestDatabase } from './support/databases.js';
import { TEST_CA, TlsPostgres } from './support/tls-postgres.js';

let test: TestDatabase;
let door: TlsPostgres;

beforeAll(async () => {
  test = await createTestDatabase();
  door = await TlsPostgres.open(test.url);
});

afterAll(async () => {
  await door.close();
  await test.drop();
});

/** null where the database answers, else the words of the driver. */
async function reach(url: string, passwordFile: string | null = null): Promise<string | null> {
  const database = new Database(createOrm(url, ENTITIES, { passwordFile }));
  try {
    await database.ping();
    return null;
  } catch (error) {
    return String(error instanceof Error ? (error.cause ?? error) : error);
  } finally {
    await database.close();
  }
}

it('a Postgres that wants TLS is reached with the sslmode of the URL', async () => {
  expect(await reach(door.urlOf(test.url, {}))).not.toBeNull();
  expect(await reach(door.urlOf(test.url, { sslmode: 'require' }))).toBeNull();
  expect(await reach(door.urlOf(test.url, { sslmode: 'verify-ca', sslrootcert: TEST_CA }))).toBeNull();
  expect(await reach(door.urlOf(test.url, { sslmode: 'verify-full', sslrootcert: TEST_CA }))).toBeNull();
});

it('a certificate is refused whose CA is unknown or, with verify-full, whose name is another', async () => {
  expect(await reach(door.urlOf(test.url, { sslmode: 'verify-full' }))).toMatch(/certificate/);
  const byAddress = (sslmode: string) =>
    door.urlOf(test.url, { sslmode, sslrootcert: TEST_CA }).replace('localhost', '127.0.0.1');
  expect(await reach(byAddress('verify-full'))).toMatch(/altnames|certificate/);
  expect(await reach(byAddress('verify-ca'))).toBeNull();
});

it('a password file is read for each connection, so that a rotated password needs no restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'corpusmill-password-'));
  const file = join(folder, 'password');
  const url = new URL(test.url);
  const { password } = url;
  url.password = '';
  await writeFile(file, 'the-old-one\n');
  expect(await reach(url.href, file)).toMatch(/password authentication failed/);
  await writeFile(file, `${decodeURIComponent(password)}\n`);
  expect(await reach(url.href, file)).toBeNull();
  await rm(folder, { recursive: true });
});
