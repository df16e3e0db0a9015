import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import 'reflect-metadata';
import { loadConfig } from '../config/config.js';
import { REPOSITORY_ROOT } from '../contracts/repository-root.js';
import { STAGES } from '../contracts/stage.js';
import { Database } from '../database/database.js';
import { Lease } from '../database/lease.js';
import { createOrm } from '../database/orm.js';
import { ENTITIES } from '../entities.js';
import { createHttpApp } from './http-app.js';
import { buildOpenApi } from './openapi.js';

export const OPENAPI_PATH = join(REPOSITORY_ROOT, 'control-plane', 'server', 'openapi.json');

/** The text of openapi.json; needs neither a database nor set-up. */
export async function renderOpenApi(): Promise<string> {
  const codeVersions = JSON.stringify(Object.fromEntries(STAGES.map((stage) => [stage, '0'.repeat(64)])));
  const config = loadConfig({ CORPUSMILL_CODE_VERSIONS: codeVersions });
  const database = new Database(createOrm('postgresql://nobody@127.0.0.1:1/none', ENTITIES));
  const logger = pino({ level: 'silent' });
  const lease = new Lease(database, {
    name: 'reconciler',
    owner: 'openapi',
    instance: 'openapi',
    seconds: 1,
  });
  const parts = { config, logger, database, lease };
  const app = await createHttpApp({ ...parts, token: 'x'.repeat(32), onRequest: () => undefined });
  const document = buildOpenApi(app);
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}

if (import.meta.main) await writeFile(OPENAPI_PATH, await renderOpenApi());
