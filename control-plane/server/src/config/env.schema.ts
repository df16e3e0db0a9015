import { z } from 'zod';
import { kubernetesEnv } from './kubernetes-env.js';

const seconds = (fallback: number, description: string) =>
  z.coerce.number().positive().max(86_400).default(fallback).describe(`${description}, in seconds`);

const optionalText = (description: string) => z.string().min(1).optional().describe(description);

const optionalUrl = (description: string) =>
  z
    .string()
    .regex(/^https?:\/\/[^/?#]+\/?$/, 'must be http://host:port or https://host')
    .optional()
    .describe(description);

/** Every environment variable of the server: one line each, with unit and default. */
export const envSchema = z.object({
  CORPUSMILL_HOME: z.string().min(1).default('.corpusmill').describe('Folder of the embedded server'),
  CORPUSMILL_URL: optionalText('Read by clients only'),
  CORPUSMILL_TOKEN: z
    .string()
    .min(32, 'must have at least 32 characters')
    .optional()
    .describe('Bearer token; generated into the home folder where absent'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
    .optional()
    .describe('External Postgres, with sslmode and sslrootcert where it wants TLS; embedded where absent'),
  CORPUSMILL_DATABASE_PASSWORD_FILE: optionalText(
    'File with the password of DATABASE_URL, read for each new connection',
  ),
  CORPUSMILL_STORE: optionalText(
    'Object store as a path, file:// URI or s3://bucket/prefix; <home>/store where absent',
  ),
  CORPUSMILL_PRESIGN_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(900)
    .default(900)
    .describe('Life of a URL that serves a file from S3, seconds; 0: all bytes go through the server'),
  CORPUSMILL_S3_JARS: optionalText('Folder of the jars with which local Spark reads S3'),
  AWS_ENDPOINT_URL_S3: optionalUrl("S3 endpoint; Amazon's where absent"),
  AWS_ENDPOINT_URL: optionalUrl('The same where AWS_ENDPOINT_URL_S3 is absent'),
  AWS_REGION: optionalText('Region of the store; us-east-1 where absent and an endpoint is given'),
  AWS_DEFAULT_REGION: optionalText('The same where AWS_REGION is absent'),
  CORPUSMILL_PORT: z.coerce.number().int().min(0).max(65_535).default(0).describe('0 takes any free port'),
  CORPUSMILL_BIND: z.string().min(1).default('127.0.0.1').describe('Address to listen on'),
  CORPUSMILL_ALLOWED_HOSTS: z.string().default('').describe('Further Host header names, comma separated'),
  CORPUSMILL_PYTHON: optionalText('Python of the jobs; <repository>/.venv/bin/python where absent'),
  CORPUSMILL_JOBS_JAR: optionalText('Jar of the Spark jobs'),
  CORPUSMILL_CODE_VERSIONS: optionalText('JSON {stage: sha256}, or the path of a file that holds it'),
  CORPUSMILL_MIGRATE: z
    .enum(['auto', 'check'])
    .default('auto')
    .describe('auto migrates at start; check refuses'),
  CORPUSMILL_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  CORPUSMILL_POLL_MS: z.coerce
    .number()
    .int()
    .min(20)
    .max(60_000)
    .default(500)
    .describe('Reconciler poll, ms'),
  CORPUSMILL_LEASE_SECONDS: seconds(10, 'Reconciler lease'),
  CORPUSMILL_CLAIM_DEADLINE_SECONDS: z.coerce
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe(
      'A workload that made no claim by then is given up, in seconds; time in a queue not counted; 120, on Kubernetes 900',
    ),
  CORPUSMILL_ACTIVITY_DEADLINE_SECONDS: seconds(600, 'A workload without progress for so long is given up'),
  CORPUSMILL_RETRY_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(3),
  CORPUSMILL_RETRY_BASE_SECONDS: seconds(2, 'First delay before a new attempt; doubled each time'),
  CORPUSMILL_RETRY_CAP_SECONDS: seconds(60, 'Longest delay before a new attempt'),
  CORPUSMILL_SPARK_IDLE_SECONDS: seconds(300, 'An idle Spark host ends after'),
  CORPUSMILL_KILL_GRACE_SECONDS: seconds(10, 'Between SIGTERM and SIGKILL'),
  CORPUSMILL_CPUS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024)
    .optional()
    .describe('Cores for local work; all where absent'),
  CORPUSMILL_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(512)
    .optional()
    .describe('Default memory of a workload, MiB'),
  CORPUSMILL_EXECUTOR: z
    .enum(['local', 'kubernetes'])
    .default('local')
    .describe('Where jobs run: processes of this machine, or SparkApplications and RayJobs'),
  ...kubernetesEnv,
  CORPUSMILL_CRASH_AT: optionalText('Tests only: SIGKILL the server at this labelled point'),
});

export type Env = z.infer<typeof envSchema>;
