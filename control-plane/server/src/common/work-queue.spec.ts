import { describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { WorkQueue } from './work-queue.js';

const OPTIONS = { maxInFlight: 2, retryMs: 1, longestRetryMs: 4 };

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('work queue', () => {
  it('works on a key once, however often it is added before', async () => {
    const done: string[] = [];
    const first = gate();
    const queue = new WorkQueue(
      async (key) => {
        await first.opened;
        done.push(key);
      },
      { ...OPTIONS, maxInFlight: 1 },
    );
    for (const key of ['a', 'b', 'b', 'b', 'c', 'b']) queue.add(key);
    first.open();
    await queue.drained();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  it('takes urgent keys before those that wait, though every fourth is one of these', async () => {
    const done: string[] = [];
    const first = gate();
    const queue = new WorkQueue(
      async (key) => {
        await first.opened;
        done.push(key);
      },
      { ...OPTIONS, maxInFlight: 1 },
    );
    for (const key of ['now', 'w1', 'w2', 'w3', 'w4']) queue.add(key);
    for (const key of ['u1', 'u2', 'w4', 'u3', 'u1']) queue.addUrgent(key);
    queue.add('u3');
    first.open();
    await queue.drained();
    expect(done).toEqual(['now', 'u1', 'u2', 'w1', 'w4', 'u3', 'w2', 'w3']);
  });

  it('works again on an urgent key that is added while it is worked on, before those that wait', async () => {
    const done: string[] = [];
    const queue: WorkQueue = new WorkQueue(
      async (key) => {
        done.push(key);
        if (done.length === 1) queue.addUrgent(key);
        await Promise.resolve();
      },
      { ...OPTIONS, maxInFlight: 1 },
    );
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await queue.drained();
    expect(done).toEqual(['a', 'a', 'b', 'c']);
  });

  it('works again on a key that is added while it is worked on, and never twice at once', async () => {
    let running = 0;
    let most = 0;
    let times = 0;
    const queue: WorkQueue = new WorkQueue(async () => {
      running += 1;
      most = Math.max(most, running);
      times += 1;
      if (times === 1) queue.add('a');
      await Promise.resolve();
      running -= 1;
    }, OPTIONS);
    queue.add('a');
    await queue.drained();
    expect([times, most]).toEqual([2, 1]);
  });

  it('works on no more keys at once than it may', async () => {
    let running = 0;
    let most = 0;
    const queue = new WorkQueue(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    }, OPTIONS);
    for (let key = 0; key < 20; key += 1) queue.add(String(key));
    await queue.drained();
    expect(most).toBe(2);
  });

  it('tries a key again whose work throws, until it succeeds, and lets the others go on', async () => {
    const tries = new Map<string, number>();
    const last = gate();
    const queue = new WorkQueue(async (key) => {
      const count = (tries.get(key) ?? 0) + 1;
      tries.set(key, count);
      if (key === 'bad' && count < 4) throw new Error('not yet');
      if (key === 'bad') last.open();
    }, OPTIONS);
    queue.add('bad');
    queue.add('good');
    await last.opened;
    await queue.drained();
    expect(Object.fromEntries(tries)).toEqual({ bad: 4, good: 1 });
    expect(queue.size).toBe(0);
  });

  it('does not come back sooner to a key that failed because it is added again', async () => {
    let tries = 0;
    const queue = new WorkQueue(
      async () => {
        tries += 1;
        throw new Error('never');
      },
      { maxInFlight: 1, retryMs: 60_000, longestRetryMs: 60_000 },
    );
    queue.add('a');
    await queue.drained();
    queue.add('a');
    await queue.drained();
    expect(tries).toBe(1);
    await queue.stop();
  });

  it('puts a key that became urgent while it rested after a failure before those that wait', async () => {
    const done: string[] = [];
    const held = gate();
    let hasFailed = false;
    const queue = new WorkQueue(
      async (key) => {
        if (key === 'a' && !hasFailed) {
          hasFailed = true;
          throw new Error('once');
        }
        if (key === 'held') await held.opened;
        done.push(key);
      },
      { maxInFlight: 1, retryMs: 20, longestRetryMs: 20 },
    );
    queue.add('a');
    await queue.drained();
    queue.addUrgent('a');
    for (const key of ['held', 'b', 'c', 'd']) queue.add(key);
    await setTimeout(60);
    held.open();
    await queue.drained();
    expect(done.slice(0, 3)).toEqual(['held', 'a', 'b']);
  });

  it('takes nothing after it was stopped, and waits for what is worked on', async () => {
    const started = gate();
    const end = gate();
    const done: string[] = [];
    const queue = new WorkQueue(
      async (key) => {
        started.open();
        await end.opened;
        done.push(key);
      },
      { ...OPTIONS, maxInFlight: 1 },
    );
    queue.add('a');
    queue.add('b');
    await started.opened;
    const stopped = queue.stop();
    queue.add('c');
    end.open();
    await stopped;
    expect(done).toEqual(['a']);
  });
});
