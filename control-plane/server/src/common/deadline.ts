/** Something took longer than it was given. */
export class DeadlinePassed extends Error {
  constructor(ms: number) {
    super(`no end within ${ms / 1000} s`);
  }
}

/** The outcome of `work`, or DeadlinePassed after `ms`; the work itself goes on, and nobody hears of its end. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlinePassed(ms)), ms);
  });
  try {
    return await Promise.race([work, passed]);
  } finally {
    clearTimeout(timer);
  }
}
