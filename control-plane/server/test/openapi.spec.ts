import { expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The built server renders it: compilers differ in the metadata that they emit. */
const RENDER = `
  const { renderOpenApi } = await import('./dist/bootstrap/write-openapi.js');
  process.stdout.write(await renderOpenApi());
`;

it('openapi.json describes the API as it is (npm run openapi -w control-plane/server)', () => {
  const rendered = execFileSync(process.execPath, ['--input-type=module', '--eval', RENDER], {
    encoding: 'utf8',
  });
  expect(readFileSync('openapi.json', 'utf8')).toBe(rendered);
});
