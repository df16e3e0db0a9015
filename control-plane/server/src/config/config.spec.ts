import { describe, expect, it } from '@jest/globals';
import { STAGES } from '../contracts/stage.js';
import { ConfigInvalid, loadConfig } from './config.js';

const CODE_VERSIONS = JSON.stringify(Object.fromEntries(STAGES.map((stage) => [stage, 'a'.repeat(64)])));
const minimal = { CORPUSMILL_CODE_VERSIONS: CODE_VERSIONS };

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig({ ...minimal, ...env }, '/srv');
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('has a default for everything but the code versions', () => {
    const config = loadConfig(minimal, '/srv');
    expect(config).toMatchObject({
      home: '/srv/.corpusmill',
      storeUri: 'file:///srv/.corpusmill/store/',
      databaseUrl: null,
      http: { bind: '127.0.0.1', port: 0, token: null },
      reconciler: { claimDeadlineSeconds: 120, retry: { maxAttempts: 3, baseSeconds: 2, capSeconds: 60 } },
    });
    expect(Object.isFrozen(config.http)).toBe(true);
  });

  it('refuses settings that it does not know', () => {
    expect(problemsOf({ CORPUSMILL_STOER: 'x' })[0]).toContain('CORPUSMILL_STOER: no such setting');
  });

  it('leaves the settings of tests alone', () => {
    expect(problemsOf({ CORPUSMILL_TEST_SEED: '7' })).toEqual([]);
  });

  it('reports all problems at once', () => {
    const problems = problemsOf({
      CORPUSMILL_PORT: 'many',
      DATABASE_URL: 'mysql://x',
      CORPUSMILL_TOKEN: 'short',
      CORPUSMILL_X: '1',
    });
    expect(problems).toHaveLength(4);
  });

  it('refuses to be open to other machines without a token of its own', () => {
    expect(problemsOf({ CORPUSMILL_BIND: '0.0.0.0' })[0]).toContain('set CORPUSMILL_TOKEN');
    expect(problemsOf({ CORPUSMILL_BIND: '0.0.0.0', CORPUSMILL_TOKEN: 't'.repeat(31) })).toHaveLength(1);
    expect(problemsOf({ CORPUSMILL_BIND: '0.0.0.0', CORPUSMILL_TOKEN: 't'.repeat(32) })).toEqual([]);
    expect(problemsOf({ CORPUSMILL_BIND: '127.0.0.2' })).toEqual([]);
    expect(problemsOf({ CORPUSMILL_BIND: '::1' })).toEqual([]);
  });

  it('names the stages that lack a code version', () => {
    expect(problemsOf({ CORPUSMILL_CODE_VERSIONS: '{"extract":"x"}' })[0]).toContain(
      'no SHA-256 for extract, filter',
    );
    expect(problemsOf({ CORPUSMILL_CODE_VERSIONS: '/none.json' })[0]).toContain('run "npm run setup"');
  });

  it('refuses stores that it cannot use', () => {
    expect(problemsOf({ CORPUSMILL_STORE: 's3://bucket/x' })[0]).toContain('use a path or file:///path');
  });

  it('gives workloads the environment without secrets', () => {
    const env = {
      ...minimal,
      DATABASE_URL: 'postgres://u:p@h/d',
      CORPUSMILL_TOKEN: 't'.repeat(40),
      LANG: 'C',
    };
    expect(loadConfig(env, '/srv').local.environment).toEqual({
      CORPUSMILL_CODE_VERSIONS: CODE_VERSIONS,
      LANG: 'C',
    });
  });
});
