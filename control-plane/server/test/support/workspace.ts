import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STAGES } from '../../src/contracts/stage.js';
import { SERVER_FOLDER } from './paths.js';
import { createTestDatabase, type TestDatabase } from './databases.js';

export type Behaviour = Readonly<Record<string, unknown>>;

/** A home folder, a database and the fake jobs of one test; servers come and go on it. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'corpusmill-test-'));

  private constructor(readonly database: TestDatabase) {
    mkdirSync(join(this.folder, 'data'));
    writeFileSync(join(this.folder, 'data', 'a.jsonl'), '{"text":"a"}\n');
  }

  static async create(): Promise<Workspace> {
    return new Workspace(await createTestDatabase());
  }

  get home(): string {
    return join(this.folder, 'home');
  }

  get baseUri(): string {
    return `file://${this.folder}/`;
  }

  /** Environment of a server on this workspace. */
  env(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      CORPUSMILL_HOME: this.home,
      DATABASE_URL: this.database.url,
      CORPUSMILL_PYTHON: join(SERVER_FOLDER, 'test', 'support', 'fake-python.mjs'),
      CORPUSMILL_JOBS_JAR: join(SERVER_FOLDER, 'package.json'),
      CORPUSMILL_CODE_VERSIONS: JSON.stringify(
        Object.fromEntries(STAGES.map((stage) => [stage, 'c'.repeat(64)])),
      ),
      CORPUSMILL_LOG_LEVEL: 'warn',
      CORPUSMILL_POLL_MS: '50',
      CORPUSMILL_LEASE_SECONDS: '3',
      CORPUSMILL_RETRY_BASE_SECONDS: '0.1',
      CORPUSMILL_KILL_GRACE_SECONDS: '1',
      CORPUSMILL_SPARK_IDLE_SECONDS: '20',
      CORPUSMILL_CPUS: '2',
      CORPUSMILL_MEMORY_MB: '1024',
      FAKE_BEHAVIOUR: join(this.folder, 'behaviour.json'),
      FAKE_JOURNAL: join(this.folder, 'journal.txt'),
      ...extra,
    };
  }

  /** What the fake jobs of each stage do. */
  behave(behaviour: Readonly<Record<string, Behaviour>>): void {
    writeFileSync(join(this.folder, 'behaviour.json'), JSON.stringify(behaviour));
  }

  /** What the fake jobs have done: "claim ATTEMPT" and "commit ATTEMPT". */
  journal(): string[] {
    const path = join(this.folder, 'journal.txt');
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  }

  recipe(stages: Readonly<Record<string, object>> = { extract: {}, filter: {} }, name = 'test'): object {
    return {
      apiVersion: 'corpusmill.dev/v1',
      name,
      sources: [{ name: 'web', kind: 'jsonl', uris: ['data/*.jsonl'] }],
      stages,
    };
  }

  /** A fastText model by its first bytes, in the home's models folder. */
  addModel(name: string): void {
    const head = Buffer.alloc(16);
    head.writeInt32LE(793_712_314);
    mkdirSync(join(this.home, 'models'), { recursive: true });
    writeFileSync(join(this.home, 'models', `${name}.ftz`), head);
  }

  async remove(): Promise<void> {
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
