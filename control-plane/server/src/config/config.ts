import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY_ROOT } from '../contracts/repository-root.js';
import { isS3Uri, parseS3Root } from '../contracts/s3-uri.js';
import { STAGES, type Stage } from '../contracts/stage.js';
import { connectionSettings } from './connection-settings.js';
import { type Env, envSchema } from './env.schema.js';
import { buildKubernetes, type KubernetesConfig } from './kubernetes-config.js';
import { isLoopback } from './loopback.js';

export interface HttpConfig {
  readonly bind: string;
  readonly port: number;
  /** null: a token is generated into the home folder */
  readonly token: string | null;
  readonly allowedHosts: readonly string[];
  readonly bodyLimitBytes: number;
}

export interface RetryConfig {
  readonly maxAttempts: number;
  readonly baseSeconds: number;
  readonly capSeconds: number;
}

export interface ReconcilerConfig {
  readonly pollMs: number;
  readonly leaseSeconds: number;
  readonly claimDeadlineSeconds: number;
  readonly activityDeadlineSeconds: number;
  readonly retry: RetryConfig;
}

export interface LocalExecutorConfig {
  readonly python: string;
  readonly jobsJar: string;
  /** Folder; what is not there is not needed. */
  readonly s3Jars: string;
  readonly cpus: number;
  readonly machineMemoryMb: number;
  readonly defaultMemoryMb: number;
  readonly sparkIdleSeconds: number;
  readonly killGraceSeconds: number;
  /** Environment of workloads: ours without secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How S3 is reached; credentials are the SDK's own business. */
export interface S3Config {
  /** null: Amazon's */
  readonly endpoint: string | null;
  /** null: the SDK's own search */
  readonly region: string | null;
  /** Life of a URL that serves a file without us; 0 gives none out. */
  readonly presignSeconds: number;
}

export interface ServerConfig {
  readonly home: string;
  readonly databaseUrl: string | null;
  /** null: the URL has the password */
  readonly databasePasswordFile: string | null;
  /** Ends with '/'. */
  readonly storeUri: string;
  readonly s3: S3Config;
  readonly migrate: 'auto' | 'check';
  readonly logLevel: string;
  readonly crashAt: string | null;
  readonly http: HttpConfig;
  readonly reconciler: ReconcilerConfig;
  readonly local: LocalExecutorConfig;
  /** null: jobs run on this machine. */
  readonly kubernetes: KubernetesConfig | null;
  readonly codeVersions: Readonly<Record<Stage, string>>;
}

/** Every problem of the environment at once. */
export class ConfigInvalid extends Error {
  readonly code = 'CONFIG_INVALID';
  constructor(readonly problems: readonly string[]) {
    super(`configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
/** Settings of test runs, which reach the server through their environment. */
const TEST_PREFIX = 'CORPUSMILL_TEST_';
const MIB = 1024 * 1024;
const SECRET_VARIABLES = new Set([
  'CORPUSMILL_TOKEN',
  'DATABASE_URL',
  'CORPUSMILL_DATABASE_PASSWORD_FILE',
  'NODE_OPTIONS',
  'CORPUSMILL_CRASH_AT',
]);
/** On a cluster images are pulled and nodes are made first. */
const CLAIM_DEADLINE_SECONDS = { local: 120, kubernetes: 900 } as const;
const DIGEST = /^[0-9a-f]{64}$/;

type RawEnv = Readonly<Record<string, string | undefined>>;

/** Parses the environment once; throws ConfigInvalid with all problems. The only reader of process.env. */
export function loadConfig(env: RawEnv = process.env, cwd: string = process.cwd()): ServerConfig {
  const problems = unknownVariables(env);
  const parsed = envSchema.safeParse(withoutEmpty(env));
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
    throw new ConfigInvalid(problems);
  }
  problems.push(...openServerProblems(parsed.data), ...databaseProblems(parsed.data));
  const codeVersions = readCodeVersions(parsed.data, problems);
  const storeUri = readStoreUri(parsed.data, cwd, problems);
  const kubernetes =
    parsed.data.CORPUSMILL_EXECUTOR === 'kubernetes'
      ? buildKubernetes(parsed.data, storeUri, problems)
      : null;
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return deepFreeze(buildConfig(parsed.data, { env, cwd, codeVersions, storeUri, kubernetes }));
}

function withoutEmpty(env: RawEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

function unknownVariables(env: RawEnv): string[] {
  return Object.keys(env)
    .filter(
      (name) => name.startsWith('CORPUSMILL_') && !name.startsWith(TEST_PREFIX) && !(name in envSchema.shape),
    )
    .map((name) => `${name}: no such setting; known are ${Object.keys(envSchema.shape).join(', ')}`);
}

function openServerProblems(env: Env): string[] {
  if (isLoopback(env.CORPUSMILL_BIND) || env.CORPUSMILL_TOKEN !== undefined) return [];
  return [
    `CORPUSMILL_BIND: ${env.CORPUSMILL_BIND} is reachable from other machines; set CORPUSMILL_TOKEN (32 characters or more), or bind 127.0.0.1`,
  ];
}

function databaseProblems({
  DATABASE_URL: url,
  CORPUSMILL_DATABASE_PASSWORD_FILE: passwordFile,
}: Env): string[] {
  const problems: string[] = [];
  if (url === undefined) {
    if (passwordFile !== undefined)
      problems.push('CORPUSMILL_DATABASE_PASSWORD_FILE: has no use without DATABASE_URL');
    return problems;
  }
  try {
    connectionSettings(url, null);
  } catch (error) {
    // Not its message where the URL cannot be read: it may hold the password.
    const reason = URL.canParse(url) ? (error as Error).message : 'is no postgres://user@host:port/database';
    problems.push(`DATABASE_URL: ${reason}`);
  }
  if (passwordFile !== undefined && !existsSync(passwordFile))
    problems.push(`CORPUSMILL_DATABASE_PASSWORD_FILE: ${passwordFile} is not there`);
  return problems;
}

function readStoreUri(env: Env, cwd: string, problems: string[]): string {
  const value = env.CORPUSMILL_STORE ?? join(resolve(cwd, env.CORPUSMILL_HOME), 'store');
  if (isS3Uri(value)) return readS3Root(value, problems);
  if (/^[a-z0-9]+:\/\//i.test(value) && !value.startsWith('file:///')) {
    problems.push(
      `CORPUSMILL_STORE: ${value} is not supported; use a path, file:///path or s3://bucket/prefix`,
    );
    return value;
  }
  const uri = value.startsWith('file://') ? value : pathToFileURL(resolve(cwd, value)).href;
  return uri.endsWith('/') ? uri : `${uri}/`;
}

function readS3Root(value: string, problems: string[]): string {
  const root = parseS3Root(value);
  if (root !== null) return root;
  problems.push(
    `CORPUSMILL_STORE: ${value} is no s3://bucket or s3://bucket/prefix with letters, digits, "-", "_", "." and "/"`,
  );
  return value;
}

function readCodeVersions(env: Env, problems: string[]): Record<Stage, string> {
  const value = env.CORPUSMILL_CODE_VERSIONS ?? join(REPOSITORY_ROOT, '.tools', 'code-versions.json');
  try {
    const text = value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8');
    const parsed = JSON.parse(text) as Record<string, unknown>;
    const missing = STAGES.filter((stage) => !DIGEST.test(String(parsed[stage])));
    if (missing.length === 0) return parsed as Record<Stage, string>;
    problems.push(`CORPUSMILL_CODE_VERSIONS: no SHA-256 for ${missing.join(', ')}; run "npm run setup"`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push(`CORPUSMILL_CODE_VERSIONS: cannot be read (${reason}); run "npm run setup"`);
  }
  return Object.fromEntries(STAGES.map((stage) => [stage, ''])) as Record<Stage, string>;
}

interface BuildContext {
  readonly env: RawEnv;
  readonly cwd: string;
  readonly codeVersions: Record<Stage, string>;
  readonly storeUri: string;
  readonly kubernetes: KubernetesConfig | null;
}

function buildConfig(env: Env, context: BuildContext): ServerConfig {
  return {
    home: resolve(context.cwd, env.CORPUSMILL_HOME),
    databaseUrl: env.DATABASE_URL ?? null,
    databasePasswordFile: env.CORPUSMILL_DATABASE_PASSWORD_FILE ?? null,
    storeUri: context.storeUri,
    s3: buildS3(env),
    migrate: env.CORPUSMILL_MIGRATE,
    logLevel: env.CORPUSMILL_LOG_LEVEL,
    crashAt: env.CORPUSMILL_CRASH_AT ?? null,
    http: {
      bind: env.CORPUSMILL_BIND,
      port: env.CORPUSMILL_PORT,
      token: env.CORPUSMILL_TOKEN ?? null,
      allowedHosts: env.CORPUSMILL_ALLOWED_HOSTS.split(',')
        .map((host) => host.trim())
        .filter(Boolean),
      bodyLimitBytes: BODY_LIMIT_BYTES,
    },
    reconciler: buildReconciler(env),
    local: buildLocal(env, context.env),
    kubernetes: context.kubernetes,
    codeVersions: context.codeVersions,
  };
}

function buildS3(env: Env): S3Config {
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? null;
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (endpoint === null ? null : 'us-east-1');
  return { endpoint, region, presignSeconds: env.CORPUSMILL_PRESIGN_SECONDS };
}

function buildReconciler(env: Env): ReconcilerConfig {
  return {
    pollMs: env.CORPUSMILL_POLL_MS,
    leaseSeconds: env.CORPUSMILL_LEASE_SECONDS,
    claimDeadlineSeconds:
      env.CORPUSMILL_CLAIM_DEADLINE_SECONDS ?? CLAIM_DEADLINE_SECONDS[env.CORPUSMILL_EXECUTOR],
    activityDeadlineSeconds: env.CORPUSMILL_ACTIVITY_DEADLINE_SECONDS,
    retry: {
      maxAttempts: env.CORPUSMILL_RETRY_MAX_ATTEMPTS,
      baseSeconds: env.CORPUSMILL_RETRY_BASE_SECONDS,
      capSeconds: env.CORPUSMILL_RETRY_CAP_SECONDS,
    },
  };
}

function buildLocal(env: Env, raw: RawEnv): LocalExecutorConfig {
  const machineMemoryMb = Math.floor(totalmem() / MIB);
  return {
    python: env.CORPUSMILL_PYTHON ?? join(REPOSITORY_ROOT, '.venv', 'bin', 'python'),
    jobsJar:
      env.CORPUSMILL_JOBS_JAR ?? join(REPOSITORY_ROOT, 'spark-jobs', 'jobs', 'target', 'corpusmill-jobs.jar'),
    s3Jars: env.CORPUSMILL_S3_JARS ?? join(REPOSITORY_ROOT, 'spark-jobs', 'jobs', 'target', 's3-jars'),
    cpus: env.CORPUSMILL_CPUS ?? availableParallelism(),
    machineMemoryMb,
    defaultMemoryMb: env.CORPUSMILL_MEMORY_MB ?? defaultMemoryMb(machineMemoryMb),
    sparkIdleSeconds: env.CORPUSMILL_SPARK_IDLE_SECONDS,
    killGraceSeconds: env.CORPUSMILL_KILL_GRACE_SECONDS,
    environment: Object.fromEntries(
      Object.entries(withoutEmpty(raw)).filter(([name]) => !SECRET_VARIABLES.has(name)),
    ),
  };
}

/** Half of the machine, between 1 GiB and 16 GiB. */
function defaultMemoryMb(machineMemoryMb: number): number {
  return Math.min(16_384, Math.max(1024, Math.floor(machineMemoryMb / 2)));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

/** Missing tools of the local executor, named with the command that provides them; empty where all are there. */
export function missingTools({ local, kubernetes }: ServerConfig): string[] {
  if (kubernetes !== null) return [];
  return [local.python, local.jobsJar]
    .filter((path) => !existsSync(path))
    .map((path) => `${path} is missing; run "npm run setup"`);
}
