/** Runs the job spec as FAKE_BEHAVIOUR says; the exit status of the job. */
export function runJob(specUri: string): Promise<number>;
