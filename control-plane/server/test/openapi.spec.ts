import { expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SERVER_FOLDER } from './support/paths.js';

/** The built server renders it: compilers differ in the metadata that they emit. */
const RENDER = `
  const { renderOpenApi } = await import('${pathToFileURL(join(SERVER_FOLDER, 'dist', 'bootstrap', 'write-openapi.js')).href}');
  process.stdout.write(await renderOpenApi());
`;

it('openapi.json describes the API as it is (npm run openapi -w control-plane/server)', () => {
  const rendered = execFileSync(process.execPath, ['--input-type=module', '--eval', RENDER], {
    encoding: 'utf8',
  });
  expect(readFileSync(join(SERVER_FOLDER, 'openapi.json'), 'utf8')).toBe(rendered);
});
