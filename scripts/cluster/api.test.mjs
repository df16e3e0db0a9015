// The server's own suites against a real API server (control-plane/server/test/cluster), as one test.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { at, toolEnvironment } from '../lib/paths.mjs';
import { readJest } from '../lib/results.mjs';
import { run } from '../lib/run.mjs';

const REPORT = at('.tools/reports/cluster-jest.json');

test('the executor holds against the real API server, test by test', async (t) => {
  const environment = toolEnvironment({
    CORPUSMILL_TEST_CLUSTER: '1',
    NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
  });
  // The test runner's own marks would make jest's workers speak its protocol.
  delete environment.NODE_TEST_CONTEXT;
  mkdirSync(path.dirname(REPORT), { recursive: true });
  const args = ['exec', '--', 'jest', 'test/cluster', '--maxWorkers=1', '--json', '--outputFile', REPORT];
  const status = await run('npm', args, { cwd: at('control-plane/server'), env: environment });
  const { passed, failed, skipped } = readJest(REPORT);
  t.diagnostic(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  assert.equal(status, 0, readFileSync(REPORT, 'utf8').slice(0, 2000));
  assert.ok(passed > 0);
});
