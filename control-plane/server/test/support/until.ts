import { setTimeout } from 'node:timers/promises';

/** Waits until a condition holds; throws where that takes too long. */
export async function until(isReached: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isReached())) {
    if (performance.now() > deadline) throw new Error(`too long: ${isReached.toString()}`);
    await setTimeout(10);
  }
}
