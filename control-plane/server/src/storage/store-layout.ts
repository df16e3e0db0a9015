import type { Stage } from '../contracts/stage.js';

/** Where things stand below the store's root. The only place that knows the layout. */
export function versionUri(rootUri: string, stage: Stage, versionKey: string): string {
  return `${rootUri}versions/${stage}/${versionKey}/`;
}

export function manifestUri(rootUri: string, stage: Stage, versionKey: string): string {
  return `${versionUri(rootUri, stage, versionKey)}manifest.json`;
}

export interface AttemptPath {
  readonly runId: string;
  readonly stage: Stage;
  readonly attemptId: string;
}

export function controlUri(rootUri: string, attempt: AttemptPath): string {
  return `${rootUri}runs/${attempt.runId}/${attempt.stage}/${attempt.attemptId}/`;
}
