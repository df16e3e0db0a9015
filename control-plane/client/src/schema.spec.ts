import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

const CLIENT = join(import.meta.dirname, '..');
const BIN = join(CLIENT, '..', '..', 'node_modules', '.bin');

describe('the generated types', () => {
  it("are those of the server's openapi.json; `npm run generate -w control-plane/client` renews them", () => {
    const folder = mkdtempSync(join(tmpdir(), 'corpusmill-schema-'));
    const file = join(folder, 'schema.ts');
    const run = (tool: string, ...args: string[]) =>
      execFileSync(join(BIN, tool), args, { cwd: CLIENT, stdio: 'ignore' });
    run('openapi-typescript', '../server/openapi.json', '--default-non-nullable=false', '--output', file);
    run('oxfmt', '-c', '../.oxfmtrc.json', file);
    const generated = readFileSync(file, 'utf8');
    rmSync(folder, { recursive: true });
    expect(generated === readFileSync(join(CLIENT, 'src', 'schema.ts'), 'utf8')).toBe(true);
  }, 60_000);
});
