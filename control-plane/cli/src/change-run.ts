import { CorpusmillApiError } from '@corpusmill/client';
import type { CorpusmillClient, Run } from '@corpusmill/client';

const TRIES = 5;
const PRECONDITION_FAILED = 412;

/** Cancels or retries a run as it stands now: where it changed in between, it is looked at again. */
export async function changeRun(
  client: CorpusmillClient,
  id: string,
  change: (run: Run) => Promise<Run>,
): Promise<Run> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await change(await client.getRun(id));
    } catch (error) {
      if (left <= 1 || !(error instanceof CorpusmillApiError) || error.status !== PRECONDITION_FAILED)
        throw error;
    }
  }
}
