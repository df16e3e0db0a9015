import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ApiServer, problem } from '../testing/api-server.js';
import type { Answer } from '../testing/api-server.js';
import { corpusmill } from '../testing/command-line.js';
import { makeFolder, removeFolders } from '../testing/fixtures.js';

type State = 'pending' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';

const COUNTS = {
  in: 10,
  kept: 7,
  rejected: 3,
  quarantined: 0,
  rejectedByReason: { language: 3 },
  quarantinedByReason: {},
  bySource: {},
  byLanguage: { en: 7 },
  tokens: null,
};
const FUNNEL = {
  stage: 'extract',
  dataset: 'demo',
  version: '0123456789ab',
  ...COUNTS,
  wallSeconds: 2,
  report: {},
};

/** A run of one step that the test moves on. */
class FakeRun {
  state: State = 'pending';
  lastEventIds: (string | undefined)[] = [];
  dropNextRequests = 0;
  private event = 0;
  private readonly log: string[] = [];
  private readonly streams = new Set<{ write(text: string): unknown; end(): unknown }>();

  readonly server = new ApiServer({
    'POST /v1/runs': () => ({ status: 202, body: this.body() }),
    'GET /v1/runs/run-1': (_request, response) => {
      if (this.dropNextRequests === 0) return { status: 200, body: this.body() };
      this.dropNextRequests -= 1;
      response.destroy();
      return 'written';
    },
    'GET /v1/runs/run-1/events': (request, response) => {
      this.lastEventIds.push(request.headers['last-event-id'] as string | undefined);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
      for (const event of this.log.slice(Number(request.headers['last-event-id'] ?? 0)))
        response.write(event);
      this.streams.add(response);
      return 'written';
    },
    'POST /v1/runs/run-1/approve': (): Answer => {
      this.isHeld = false;
      this.move('succeeded');
      return { status: 202, body: this.body() };
    },
    'POST /v1/runs/run-1/deny': (): Answer => {
      this.isHeld = false;
      this.move('failed');
      return { status: 202, body: this.body() };
    },
    'POST /v1/runs/run-1/cancel': (): Answer => {
      this.move('cancelling');
      setTimeout(() => this.move('cancelled'), 50);
      return { status: 202, body: this.body() };
    },
    'GET /v1/datasets/demo/versions/0123456789ab/report': () => ({
      status: 200,
      body: { dataset: 'demo', version: '0123456789ab', tokens: null, funnel: [FUNNEL] },
    }),
  });

  move(state: State): void {
    this.state = state;
    this.event += 1;
    const event = `id: ${this.event}\nevent: run.${state}\ndata: {}\n\n`;
    this.log.push(event);
    for (const stream of this.streams) stream.write(event);
  }

  dropStreams(): void {
    for (const stream of this.streams) stream.end();
    this.streams.clear();
  }

  /** Whether the step's version waits for approval. */
  isHeld = false;

  private body(): object {
    const isDone = this.state === 'succeeded';
    const failure = {
      code: 'MIX_SHORTAGE',
      message: 'web has too few tokens',
      retryable: false,
      details: {},
    };
    const step = {
      id: 's',
      stage: 'extract',
      state: this.isHeld ? 'waiting-approval' : this.state === 'cancelling' ? 'running' : this.state,
      dataset: 'demo',
      versionKey: 'a'.repeat(64),
      version: 'demo@0123456789ab',
      reusedFromRun: null,
      attempts: this.state === 'pending' ? [] : [{ state: this.isHeld ? 'held' : 'running' }],
      progress: { phase: 'read', unitsDone: 1, unitsTotal: 4, rows: 100, bytes: 1000, updatedAt: '' },
      counts: isDone ? COUNTS : null,
      problem: this.state === 'failed' || this.isHeld ? failure : null,
      startedAt: '2026-01-02T03:04:00Z',
      finishedAt: isDone ? '2026-01-02T03:04:02Z' : null,
      nextAttemptAt: null,
    };
    return {
      id: 'run-1',
      name: 'demo',
      recipeDigest: 'd',
      state: this.state,
      revision: this.event,
      createdAt: '',
      startedAt: null,
      finishedAt: null,
      problem: step.problem,
      dataset: 'demo',
      version: isDone ? 'demo@0123456789ab' : null,
      steps: [step],
    };
  }
}

let run: FakeRun;
let url: string;
let cwd: string;

beforeEach(async () => {
  run = new FakeRun();
  url = await run.server.start();
  cwd = makeFolder();
  writeFileSync(join(cwd, 'r.yaml'), 'name: demo\n');
});

afterEach(async () => {
  run.dropStreams();
  await run.server.stop();
  removeFolders();
});

function schedule(...steps: readonly (readonly [number, () => void])[]): void {
  for (const [ms, action] of steps) setTimeout(action, ms);
}

describe('run --wait', () => {
  it('follows the run and ends with the funnel and the version', async () => {
    schedule([100, () => run.move('running')], [500, () => run.move('succeeded')]);
    const outcome = await corpusmill(['run', 'r.yaml', '--wait'], { url, cwd });
    expect(outcome).toEqual({
      code: 0,
      stdout:
        '\nSTAGE    IN  KEPT         REJECTED  QUARANTINED  TOKENS  TOOK\nextract  10     7  70.0%         3            0          2.0s\n\nversion demo@0123456789ab\n',
      stderr: 'extract running: read 1/4, 100 rows\nextract succeeded: 7 of 10 kept\n',
    });
  });

  it('draws a table over itself on a terminal', async () => {
    schedule([50, () => run.move('running')], [400, () => run.move('succeeded')]);
    const { stderr } = await corpusmill(['run', 'r.yaml', '--wait', '--no-color'], { url, cwd, isTty: true });
    expect(stderr).toContain('run run-1 running\n');
    expect(stderr).toContain('extract  running  read    1/4   100  200 B/s  15s  5.0s\n');
    expect(stderr).toContain('\u001b[3A\r\u001b[2Krun run-1 succeeded\n');
  });

  it('ends with 1 and the problem where the run fails', async () => {
    schedule([50, () => run.move('failed')]);
    const outcome = await corpusmill(['run', 'r.yaml', '--wait'], { url, cwd });
    expect([outcome.code, outcome.stdout]).toEqual([1, '']);
    expect(outcome.stderr).toContain(
      'extract MIX_SHORTAGE: web has too few tokens\nlog: corpusmill runs logs run-1 --step extract\n',
    );
  });

  it('ends with 1 and says how to decide where a version waits for approval', async () => {
    run.isHeld = true;
    schedule([50, () => run.move('running')]);
    const outcome = await corpusmill(['run', 'r.yaml', '--wait'], { url, cwd });
    expect([outcome.code, outcome.stdout]).toEqual([1, '']);
    expect(outcome.stderr).toContain(
      'approve: corpusmill runs approve run-1\ndeny: corpusmill runs deny run-1\n',
    );
  });

  it.each([
    ['approve', 'approved; run run-1 is succeeded\n'],
    ['deny', 'denied; run run-1 is failed\n'],
  ])('can be decided: runs %s', async (action, expected) => {
    run.isHeld = true;
    run.move('running');
    const outcome = await corpusmill(['runs', action, 'run-1'], { url, cwd });
    expect([outcome.code, outcome.stdout]).toEqual([0, expected]);
  });

  it('prints the run as JSON, and progress as JSON lines', async () => {
    schedule([50, () => run.move('succeeded')]);
    const outcome = await corpusmill(['run', 'r.yaml', '--wait', '--json'], { url, cwd });
    expect(JSON.parse(outcome.stdout)).toMatchObject({ id: 'run-1', state: 'succeeded' });
    for (const line of outcome.stderr.trim().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ type: 'progress', stage: 'extract' });
  });

  it('goes on with the stream after the last event when it breaks, and over a server that is away', async () => {
    schedule(
      [100, () => run.move('running')],
      [300, () => run.dropStreams()],
      [350, () => (run.dropNextRequests = 4)],
      [400, () => run.move('running')],
      [4500, () => run.move('succeeded')],
    );
    expect((await corpusmill(['run', 'r.yaml', '--wait'], { url, cwd })).code).toBe(0);
    expect(run.lastEventIds.slice(0, 2)).toEqual([undefined, '1']);
  }, 20_000);

  it('stops where the server refuses', async () => {
    const refusing = new ApiServer({
      'POST /v1/runs': () => ({ status: 202, body: { id: 'x', state: 'pending', steps: [] } }),
      'GET /v1/runs/x': () => problem(401, 'UNAUTHENTICATED'),
    });
    expect((await corpusmill(['run', 'r.yaml', '--wait'], { url: await refusing.start(), cwd })).code).toBe(
      3,
    );
    await refusing.stop();
  });
});

describe('Ctrl-C on run --wait', () => {
  async function interrupted(
    args: readonly string[],
    presses: number,
    ask: ((question: string) => Promise<string>) | null = null,
  ) {
    let press: () => void = () => undefined;
    schedule(
      [50, () => run.move('running')],
      ...Array.from({ length: presses }, (_, index) => [300 + 100 * index, () => press()] as const),
    );
    return corpusmill(['run', 'r.yaml', '--wait', ...args], {
      url,
      cwd,
      isTty: ask !== null,
      ask,
      onStart: (interrupt) => (press = interrupt),
    });
  }

  it('leaves the run without a terminal, says how to follow it, and ends with 130', async () => {
    const outcome = await interrupted([], 1);
    expect(outcome.code).toBe(130);
    expect(outcome.stderr).toContain('run run-1 goes on.\n  follow: corpusmill runs logs run-1 --follow\n');
    expect(run.state).toBe('running');
  });

  it('cancels the run with --on-interrupt cancel and waits for its end', async () => {
    const outcome = await interrupted(['--on-interrupt', 'cancel'], 1);
    expect([outcome.code, run.state]).toEqual([130, 'cancelled']);
  });

  it.each([
    ['c', 'cancelled'],
    ['l', 'running'],
  ])('asks on a terminal: %s leaves it %s', async (answer, state) => {
    const outcome = await interrupted([], 1, () => Promise.resolve(answer));
    expect([outcome.code, run.state]).toEqual([130, state]);
  });

  it('goes on watching on enter', async () => {
    schedule([700, () => run.move('succeeded')]);
    expect((await interrupted([], 1, () => Promise.resolve(''))).code).toBe(0);
  });

  it('a second time leaves the run at once, whatever was asked', async () => {
    const outcome = await interrupted([], 2, () => new Promise(() => undefined));
    expect([outcome.code, run.state]).toEqual([130, 'running']);
  });
});
