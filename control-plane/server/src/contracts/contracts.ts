/** TypeScript views of docs/contracts/*.schema.json; `validators.ts` checks values against the schemas. */
import type { Stage } from './stage.js';

export const API_VERSION = 'corpusmill.dev/v1';

export interface SourceFile {
  readonly uri: string;
  readonly location: string;
  /** null where the file was missing at submit time */
  readonly bytes: number | null;
}

export interface JobSource {
  readonly name: string;
  readonly kind: 'warc' | 'wet' | 'jsonl' | 'parquet' | 'text' | 'wikipedia';
  readonly domain: string;
  readonly files: readonly SourceFile[];
}

export interface JobModel {
  readonly name: string;
  readonly uri: string;
  readonly sha256: string;
}

export interface JobTokenizerFile {
  readonly role: 'tokenizer' | 'vocab' | 'merges';
  readonly uri: string;
  readonly sha256: string;
}

export interface JobTokenizer {
  readonly name: string;
  readonly builtin: boolean;
  readonly files: readonly JobTokenizerFile[];
  readonly sha256: string;
  readonly endOfText: string | null;
}

export interface JobResources {
  readonly cpu: number;
  readonly memoryMb: number;
  readonly partitionsPerCore: number;
}

export interface JobInput {
  readonly dataset: string;
  readonly stage: Stage;
  readonly versionKey: string;
  readonly manifestUri: string;
}

export interface JobSpec {
  readonly apiVersion: typeof API_VERSION;
  readonly runId: string;
  readonly stepId: string;
  readonly stage: Stage;
  readonly attempt: { readonly id: string; readonly number: number; readonly token: string };
  readonly dataset: string;
  readonly versionKey: string;
  readonly codeVersion: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settingsDigest: string;
  readonly inputs: readonly JobInput[];
  /** filter only: versions of the same stage, code and input, whose values may be used again */
  readonly earlier?: readonly JobInput[];
  readonly sources: readonly JobSource[];
  readonly models: readonly JobModel[];
  readonly tokenizer: JobTokenizer | null;
  readonly output: { readonly versionUri: string; readonly prefix: string };
  readonly control: { readonly uri: string };
  readonly resources: JobResources;
}

export interface SourceCounts {
  readonly in: number;
  readonly kept: number;
  readonly rejected: number;
  readonly quarantined: number;
}

export interface Counts extends SourceCounts {
  readonly rejectedByReason: Readonly<Record<string, number>>;
  readonly quarantinedByReason: Readonly<Record<string, number>>;
  readonly bySource: Readonly<Record<string, SourceCounts>>;
  readonly byLanguage: Readonly<Record<string, number>>;
  readonly tokens: number | null;
}

export interface ManifestFile {
  readonly path: string;
  readonly role:
    | 'documents'
    | 'rejected'
    | 'quarantine'
    | 'shard'
    | 'index'
    | 'sidecar'
    | 'provenance'
    | 'signatures';
  readonly format: 'parquet' | 'llmc' | 'megatron' | 'tfrecord';
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number | null;
  readonly tokens: number | null;
}

export interface ManifestInput {
  readonly dataset: string;
  readonly stage: Stage;
  readonly versionKey: string;
  readonly manifestSha256: string;
}

export interface Manifest {
  readonly apiVersion: typeof API_VERSION;
  readonly stage: Stage;
  readonly dataset: string;
  readonly versionKey: string;
  readonly runId: string;
  readonly attempt: { readonly id: string; readonly number: number };
  readonly createdAt: string;
  readonly codeVersion: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settingsDigest: string;
  readonly inputs: readonly ManifestInput[];
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly domain: string;
    readonly files: number;
    readonly bytes: number;
  }[];
  readonly models: readonly { readonly name: string; readonly sha256: string }[];
  readonly tokenizer: {
    readonly name: string;
    readonly sha256: string;
    readonly vocabSize: number;
    readonly endOfTextId: number;
  } | null;
  readonly prefix: string;
  readonly files: readonly ManifestFile[];
  readonly counts: Counts;
  readonly contentDigests: Readonly<Record<string, string>>;
  readonly timings: { readonly wallSeconds: number; readonly phases?: Readonly<Record<string, number>> };
  readonly report: Readonly<Record<string, unknown>>;
}

export interface JobProgress {
  readonly apiVersion: typeof API_VERSION;
  readonly attemptId: string;
  readonly phase: string;
  readonly unitsDone: number;
  readonly unitsTotal: number | null;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly updatedAt: string;
}

export interface JobProblem {
  readonly apiVersion: typeof API_VERSION;
  readonly attemptId: string;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;
}

export interface Claim {
  readonly apiVersion: typeof API_VERSION;
  readonly attemptId: string;
  readonly token: string;
  readonly holder: 'workload' | 'control-plane';
  readonly pid?: number;
  readonly host?: string;
  readonly claimedAt: string;
}
