export interface RecipeRequest { recipe: string | Record<string, unknown>; baseUri?: string; overrides?: { path: string; value: unknown }[] }
export interface ValidatedRecipe { digest: string; name: string; recipe: Record<string, unknown> }
export interface PlanSource { name: string; kind: string; domain: string; files: number; bytes: number; missing: string[] }
export interface PlanStep { stage: string; dataset: string; versionKey: string; version: string; action: 'new' | 'reused'; reusedFromRun: string | null; estimate: { bytesIn: number | null; seconds: number | null } }
export interface Plan { recipe: { digest: string; name: string }; sources: PlanSource[]; steps: PlanStep[] }
export interface Problem { code: string; message: string; details?: Record<string, unknown>; retryable?: boolean }
export interface Progress { phase: string; unitsDone: number; unitsTotal: number | null; rows: number | null; bytes: number | null; updatedAt: string }
export interface Counts { in: number; kept: number; rejected: number; quarantined: number; rejectedByReason: Record<string, number>; quarantinedByReason: Record<string, number>; bySource: Record<string, { in: number; kept: number; rejected: number; quarantined: number }>; byLanguage: Record<string, number>; tokens: number | null }
export interface Attempt { id: string; number: number; state: string; executor: string; createdAt: string; startedAt: string | null; finishedAt: string | null; problem: Problem | null }
export type StepState = 'pending' | 'running' | 'retrying' | 'succeeded' | 'reused' | 'failed' | 'cancelled';
export interface Step { id: string; stage: string; state: StepState; dataset: string; versionKey: string; version: string; reusedFromRun: string | null; attempts: Attempt[]; progress: Progress | null; counts: Counts | null; problem: Problem | null; startedAt: string | null; finishedAt: string | null; nextAttemptAt: string | null }
export type RunState = 'pending' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';
export interface Run { id: string; name: string; recipeDigest: string; state: RunState; revision: number; createdAt: string; startedAt: string | null; finishedAt: string | null; problem: Problem | null; dataset: string; version: string | null; steps: Step[] }
export interface Page<T> { items: T[]; nextCursor: string | null }
export type RunList = Page<Run>;
export interface RunEvent { id: number; runId: string; stage: string | null; attemptId: string | null; type: string; at: string; data: Record<string, unknown> }
export type EventList = Page<RunEvent>;
export interface Dataset { name: string; stage: string; latest: string; versions: number; updatedAt: string; documents: number | null; tokens: number | null; bytes: number }
export type DatasetList = Page<Dataset>;
export interface Version { dataset: string; id: string; versionKey: string; stage: string; createdAt: string; runId: string; aliases: string[]; counts: Counts; tokens: number | null; bytes: number; files: number; contentDigests: Record<string, string>; manifestSha256: string; codeVersion: string; settings: Record<string, unknown>; tokenizer: { name: string } | null }
export type VersionList = Page<Version>;
export interface FunnelStage { stage: string; dataset: string; version: string; in: number; kept: number; rejected: number; quarantined: number; rejectedByReason: Record<string, number>; quarantinedByReason: Record<string, number>; bySource: Counts['bySource']; byLanguage: Record<string, number>; tokens: number | null; wallSeconds: number; report: Record<string, unknown> }
export interface Report { dataset: string; version: string; tokens: number | null; funnel: FunnelStage[] }
export interface TraceQuery { dataset: string; version?: string; file?: string; token?: number; doc?: string; url?: string }
export interface Trace {
  dataset: string; version: string;
  document: { docId: string; id: string | null; url: string | null; title: string | null; source: string | null; domain: string | null; warcUri: string | null; warcOffset: number | null; fetchTime: string | null; lang: string | null; langScore: number | null; clusterId: string | null; clusterSize: number | null } | null;
  position: { file: string; token: number; documentToken: number } | null;
  shards: { file: string; format: string; firstToken: number; tokenCount: number; docOffset: number; epoch: number }[];
  stages: { stage: string; dataset: string; version: string; decision: 'kept' | 'rejected' | 'absent'; reason: string | null; detail: string | null; duplicateOf: string | null; similarity: number | null }[];
}
