import { rmSync } from 'node:fs';

export default async function globalTeardown() {
  const { postgres, home } = globalThis.testPostgres;
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}
