import type { Stage } from '../contracts/stage.js';

/** Where things stand below the store's root. The only place that knows the layout. */
export function versionUri(rootUri: string, stage: Stage, versionKey: string): string {
  return `${rootUri}versions/${stage}/${versionKey}/`;
}

export function manifestUri(rootUri: string, stage: Stage, versionKey: string): string {
  return `${versionUri(rootUri, stage, versionKey)}manifest.json`;
}

/** A copy of a model's or tokenizer's file, for workloads that do not see this machine's. */
export function sharedFileUri(rootUri: string, sha256: string, name: string): string {
  return `${rootUri}shared/${sha256}/${name}`;
}

export interface AttemptPath {
  readonly runId: string;
  readonly stage: Stage;
  readonly attemptId: string;
}

export function controlUri(rootUri: string, attempt: AttemptPath): string {
  return `${rootUri}runs/${attempt.runId}/${attempt.stage}/${attempt.attemptId}/`;
}
