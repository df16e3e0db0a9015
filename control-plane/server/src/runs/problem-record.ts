/** Why a run, step or attempt failed; the stored form of a problem. */
export interface ProblemRecord {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
}
