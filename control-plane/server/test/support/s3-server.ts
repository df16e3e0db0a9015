import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { REPOSITORY_ROOT } from '../../src/contracts/repository-root.js';

/** Breaks requests (scripts/lib/s3-faults.mjs). */
export interface FaultRule {
  readonly fault: '503' | '500' | 'reset' | 'short' | 'etag' | 'lost' | 'outage';
  readonly method?: string;
  readonly path?: string;
  readonly fraction?: number;
  readonly times?: number;
}

/** Environment in which the SDK reaches the server with the right keys. */
export const S3_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'corpusmill',
  AWS_SECRET_ACCESS_KEY: 'corpusmill-secret',
  AWS_REGION: 'us-east-1',
} as const;

const PACKED_SERVER = join(REPOSITORY_ROOT, '..', 'shared', 'cluster', 'bin', 'versitygw.xz');

/** Whether there is an S3 server to start: the tests that need one are skipped where there is none. */
export const HAS_S3 = process.env['CORPUSMILL_TEST_S3'] !== undefined || existsSync(PACKED_SERVER);

interface Facts {
  /** Through the proxy that breaks requests. */
  readonly endpoint: string;
  readonly bucket: string;
  /** One folder a bucket, one file an object. */
  readonly folder: string;
}

/** A real S3 server with a proxy before it that breaks requests by rule. */
export class S3Server {
  private constructor(
    readonly facts: Facts,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<S3Server> {
    const child = spawn(process.execPath, [join(REPOSITORY_ROOT, 'scripts', 's3-server.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return new S3Server(JSON.parse(line) as Facts, async () => {
      const exited = once(child, 'exit');
      child.stdin.end();
      await exited;
    });
  }

  get rootUri(): string {
    return `s3://${this.facts.bucket}/store/`;
  }

  /** Variables for a server that keeps its store here. */
  env(): Record<string, string> {
    return {
      ...S3_CREDENTIALS,
      CORPUSMILL_STORE: this.rootUri,
      AWS_ENDPOINT_URL_S3: this.facts.endpoint,
      FAKE_S3_FOLDER: this.facts.folder,
    };
  }

  /** Replaces the rules; what the old ones did. */
  async break(rules: readonly FaultRule[]): Promise<{ requests: number; faults: number }> {
    const url = `${this.facts.endpoint}/_faults`;
    const response = await fetch(url, { method: 'PUT', body: JSON.stringify(rules) });
    return (await response.json()) as { requests: number; faults: number };
  }
}
