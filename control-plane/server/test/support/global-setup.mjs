import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Builds the server (tests that kill it run it as a process) and starts one Postgres for all suites. */
export default async function globalSetup() {
  const compiler = join(SERVER, '..', '..', 'node_modules', '.bin', 'tsc');
  execFileSync(compiler, ['-p', join(SERVER, 'tsconfig.build.json')], { stdio: 'inherit' });
  const { EmbeddedPostgres } = await import('../../dist/database/embedded-postgres.js');
  const home = mkdtempSync(join(tmpdir(), 'corpusmill-server-test-'));
  const postgres = await EmbeddedPostgres.open(home);
  process.env.TEST_POSTGRES_URL = postgres.url;
  globalThis.testPostgres = { postgres, home };
}
