import { Inject, Injectable } from '@nestjs/common';
import { buffer } from 'node:stream/consumers';
import { EXECUTOR, OBJECT_STORAGE } from '../common/tokens.js';
import type { ObjectStorage } from '../storage/object-storage.js';
import type { Executor } from '../workloads/executor.js';
import { attemptFiles, workloadHandle } from './attempt-paths.js';
import type { AttemptRow } from './attempt.entity.js';
import type { LogQuery } from './dto/run.dto.js';
import type { RunParts } from './run-parts.js';
import { isTerminalAttempt } from './run.states.js';
import { RunsService } from './runs.service.js';
import { StepNotFound } from './runs.errors.js';

/** Most bytes of one answer. */
const MAX_SLICE_BYTES = 1024 * 1024;

export interface RunLog {
  readonly attemptId: string | null;
  readonly text: Buffer;
  readonly nextOffset: number;
  /** true: there will be no more */
  readonly isComplete: boolean;
}

@Injectable()
export class RunLogsService {
  constructor(
    private readonly runs: RunsService,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    @Inject(EXECUTOR) private readonly executor: Executor,
  ) {}

  /** A slice of an attempt's log: live while it runs, from the store afterwards. */
  async read(runId: string, query: LogQuery): Promise<RunLog> {
    const parts = await this.runs.getParts(runId);
    const attempt = findAttempt(parts, query);
    if (attempt === null) return { attemptId: null, text: Buffer.alloc(0), nextOffset: 0, isComplete: false };
    const step = parts.steps.find((candidate) => candidate.id === attempt.stepId)!;
    const files = attemptFiles(this.storage.rootUri, step, attempt);
    const kept = await this.readKept(files.log, query.offset);
    if (kept !== null) return { attemptId: attempt.id, ...kept };
    const range = { offset: query.offset, limit: MAX_SLICE_BYTES };
    const live = await this.executor.readLog(workloadHandle(files, step, attempt), range);
    return { attemptId: attempt.id, ...live, isComplete: isTerminalAttempt(attempt.state) };
  }

  private async readKept(uri: string, offset: number): Promise<Omit<RunLog, 'attemptId'> | null> {
    const info = await this.storage.stat(uri);
    if (info === null) return null;
    const end = Math.min(info.bytes, offset + MAX_SLICE_BYTES);
    if (offset >= end) return { text: Buffer.alloc(0), nextOffset: info.bytes, isComplete: true };
    const text = await buffer(await this.storage.read(uri, { start: offset, end: end - 1 }));
    return { text, nextOffset: end, isComplete: end === info.bytes };
  }
}

/** The attempt that was asked for, else the latest; null where none has been made yet; throws StepNotFound. */
function findAttempt({ run, steps, attempts }: RunParts, query: LogQuery): AttemptRow | null {
  const step = steps.find((candidate) => candidate.stage === query.stage);
  if (query.stage !== undefined && step === undefined) throw new StepNotFound(run.id, `stage ${query.stage}`);
  const ordinal = new Map(steps.map((candidate) => [candidate.id, candidate.ordinal]));
  const candidates = attempts
    .filter((attempt) => step === undefined || attempt.stepId === step.id)
    .toSorted(
      (left, right) => ordinal.get(left.stepId)! - ordinal.get(right.stepId)! || left.number - right.number,
    );
  if (query.attempt === undefined) return candidates.at(-1) ?? null;
  const wanted = candidates.findLast(
    (attempt) => attempt.id === query.attempt || String(attempt.number) === query.attempt,
  );
  if (wanted === undefined) throw new StepNotFound(run.id, `attempt ${query.attempt}`);
  return wanted;
}
