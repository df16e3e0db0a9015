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

  it('refuses databases that it could not reach as their URL says', () => {
    const problemOf = (url: string, file = '') =>
      problemsOf({ DATABASE_URL: url, CORPUSMILL_DATABASE_PASSWORD_FILE: file });
    expect(problemOf('postgres://u:p@h/d')).toEqual([]);
    expect(problemOf('postgres://u:p@h/d?sslmode=verify-full')).toEqual([]);
    expect(problemOf('postgres://u:p@h/d?sslmode=prefer')).toEqual([
      'DATABASE_URL: sslmode=prefer is none of disable, require, verify-ca, verify-full',
    ]);
    expect(problemOf('postgres://u:p@h/d?sslmode=verify-full&sslrootcert=/none.pem')[0]).toContain(
      '/none.pem',
    );
    expect(problemOf('postgres://u:secret@h:port/d')).toEqual([
      'DATABASE_URL: is no postgres://user@host:port/database',
    ]);
    expect(problemOf('postgres://u@h/d', '/none')[0]).toContain('/none is not there');
    expect(problemsOf({ CORPUSMILL_DATABASE_PASSWORD_FILE: '/none' })[0]).toContain('without DATABASE_URL');
  });

  it('refuses stores that it cannot use', () => {
    expect(problemsOf({ CORPUSMILL_STORE: 'ftp://host/x' })[0]).toContain(
      'use a path, file:///path or s3://bucket/prefix',
    );
    for (const store of ['s3://b/x', 's3://bucket/a//b', 's3://bucket/../b', 's3://bucket/a b', 's3://UP/x'])
      expect(problemsOf({ CORPUSMILL_STORE: store })[0]).toContain('is no s3://bucket');
  });

  it('takes a bucket with or without a prefix, at the endpoint that is given', () => {
    const s3Of = (env: Readonly<Record<string, string>>) => loadConfig({ ...minimal, ...env }, '/srv').s3;
    const storeOf = (value: string) => loadConfig({ ...minimal, CORPUSMILL_STORE: value }, '/srv').storeUri;
    expect(storeOf('s3://bucket')).toBe('s3://bucket/');
    expect(storeOf('s3://bucket/team/store')).toBe('s3://bucket/team/store/');
    expect(s3Of({})).toEqual({ endpoint: null, region: null, presignSeconds: 900 });
    expect(s3Of({ AWS_ENDPOINT_URL: 'http://s3:9000', CORPUSMILL_PRESIGN_SECONDS: '60' })).toEqual({
      endpoint: 'http://s3:9000',
      region: 'us-east-1',
      presignSeconds: 60,
    });
    const both = { AWS_ENDPOINT_URL: 'http://other', AWS_ENDPOINT_URL_S3: 'https://s3', AWS_REGION: 'eu-1' };
    expect(s3Of(both)).toMatchObject({ endpoint: 'https://s3', region: 'eu-1' });
    expect(problemsOf({ AWS_ENDPOINT_URL_S3: 's3:9000' })).toHaveLength(1);
    expect(problemsOf({ CORPUSMILL_PRESIGN_SECONDS: '901' })).toHaveLength(1);
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

  describe('of the Kubernetes executor', () => {
    const cluster = {
      CORPUSMILL_EXECUTOR: 'kubernetes',
      CORPUSMILL_SPARK_IMAGE: 'spark:1',
      CORPUSMILL_RAY_IMAGE: 'ray:1',
      CORPUSMILL_STORE: 's3://bucket/store',
      AWS_REGION: 'r',
      AWS_ACCESS_KEY_ID: 'k',
      AWS_SECRET_ACCESS_KEY: 's',
    };

    it('is null where jobs run on this machine', () => {
      expect(loadConfig(minimal, '/srv').kubernetes).toBeNull();
    });

    it('has a default for everything but the images and the store', () => {
      const config = loadConfig({ ...minimal, ...cluster }, '/srv');
      expect(config.kubernetes).toEqual({
        kubeconfig: null,
        namespace: 'corpusmill',
        instance: 'corpusmill',
        images: { spark: 'spark:1', ray: 'ray:1', rayGpu: 'ray:1', pullPolicy: 'IfNotPresent' },
        serviceAccounts: { spark: 'corpusmill-spark', job: 'corpusmill-job' },
        storeSecret: null,
        storeVolume: null,
        queue: null,
        spotTaint: null,
        spotLabel: null,
        gpuResource: 'nvidia.com/gpu',
        cpuRequest: 1,
        driverMemoryMb: 2048,
        defaults: { cpu: 2, memoryMb: 4096, executors: 2 },
        limits: {
          cpu: 16,
          memoryMb: 65_536,
          executors: 100,
          gpu: 8,
          totalCpu: null,
          totalMemoryMb: null,
        },
      });
      expect(config.reconciler.claimDeadlineSeconds).toBe(900);
    });

    it('refuses defaults above the limits, and drivers too small for Spark', () => {
      const name = (rest: string) => `CORPUSMILL_KUBERNETES_${rest}`;
      const atLimit = { [name('DEFAULT_CPU')]: '4', [name('MAX_CPU')]: '4' };
      expect(problemsOf({ ...cluster, ...atLimit })).toEqual([]);
      const above = {
        [name('DEFAULT_CPU')]: '5',
        [name('MAX_CPU')]: '4',
        [name('DEFAULT_MEMORY_MB')]: '9000',
        [name('MAX_MEMORY_MB')]: '8192',
        [name('MAX_EXECUTORS')]: '1',
      };
      expect(problemsOf({ ...cluster, ...above })).toEqual([
        'CORPUSMILL_KUBERNETES_DEFAULT_CPU: 5 is above CORPUSMILL_KUBERNETES_MAX_CPU, 4; lower it, or raise the limit',
        'CORPUSMILL_KUBERNETES_DEFAULT_MEMORY_MB: 9000 is above CORPUSMILL_KUBERNETES_MAX_MEMORY_MB, 8192; lower it, or raise the limit',
        'CORPUSMILL_KUBERNETES_DEFAULT_EXECUTORS: 2 is above CORPUSMILL_KUBERNETES_MAX_EXECUTORS, 1; lower it, or raise the limit',
      ]);
      expect(problemsOf({ ...cluster, [name('DRIVER_MEMORY_MB')]: '864' })).toEqual([]);
      expect(problemsOf({ ...cluster, [name('DRIVER_MEMORY_MB')]: '863' })[0]).toContain('DRIVER_MEMORY_MB');
      const total = { [name('MAX_TOTAL_CPU')]: '40', [name('MAX_TOTAL_MEMORY_MB')]: '100000' };
      expect(loadConfig({ ...minimal, ...cluster, ...total }, '/srv').kubernetes?.limits).toMatchObject({
        totalCpu: 40,
        totalMemoryMb: 100_000,
      });
    });

    it('takes the label of spot nodes as key=value', () => {
      const labelled = (value: string) => ({ ...cluster, CORPUSMILL_KUBERNETES_SPOT_LABEL: value });
      const config = loadConfig({ ...minimal, ...labelled('karpenter.sh/capacity-type=spot') }, '/srv');
      expect(config.kubernetes?.spotLabel).toEqual({ key: 'karpenter.sh/capacity-type', value: 'spot' });
      for (const value of ['spot', 'a=b=c', '=spot', 'a b=c'])
        expect(problemsOf(labelled(value))).toEqual(['CORPUSMILL_KUBERNETES_SPOT_LABEL: must be key=value']);
    });

    it('needs both images', () => {
      const problems = problemsOf({ ...cluster, CORPUSMILL_SPARK_IMAGE: '', CORPUSMILL_RAY_IMAGE: '' });
      expect(problems.map((problem) => problem.split(':')[0])).toEqual([
        'CORPUSMILL_SPARK_IMAGE',
        'CORPUSMILL_RAY_IMAGE',
      ]);
    });

    it('needs a store that pods can read', () => {
      expect(problemsOf({ ...cluster, CORPUSMILL_STORE: '/data/store' })[0]).toContain(
        'pods cannot read files of this machine',
      );
      const claim = { CORPUSMILL_KUBERNETES_STORE_CLAIM: 'store' };
      const onVolume = loadConfig(
        { ...minimal, ...cluster, ...claim, CORPUSMILL_STORE: '/data/my store' },
        '/srv',
      );
      expect(onVolume.kubernetes?.storeVolume).toEqual({ claim: 'store', path: '/data/my store' });
      expect(problemsOf({ ...cluster, ...claim })[0]).toContain('is on no volume');
    });
  });
});
