import { Inject, Injectable } from '@nestjs/common';
import { CrashPoints } from '../../common/crash-points.js';
import { OBJECT_STORAGE } from '../../common/tokens.js';
import { API_VERSION, type Claim, type JobProblem, type JobProgress } from '../../contracts/contracts.js';
import {
  ContractViolation,
  parseClaim,
  parseJobProblem,
  parseJobSpec,
  parseManifest,
  parseProgress,
} from '../../contracts/validators.js';
import type { ObjectStorage } from '../../storage/object-storage.js';
import type { AttemptFiles } from '../attempt-paths.js';
import type { AttemptRow } from '../attempt.entity.js';
import { VersionsService } from '../../versions/versions.service.js';
import { buildJobSpec } from './job-spec.builder.js';
import type { Situation } from './situation.js';

/** The control files of attempts in the store: what we and the workloads tell each other. */
@Injectable()
export class AttemptStore {
  constructor(
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    private readonly crashPoints: CrashPoints,
    private readonly versions: VersionsService,
  ) {}

  get rootUri(): string {
    return this.storage.rootUri;
  }

  /** Writes spec.json; the same bytes whenever it is written again. Throws ContractViolation. */
  async writeSpec({ step, attempt, plan, files }: Situation): Promise<void> {
    const earlier = step.stage === 'filter' ? await this.versions.findAlike(plan, attempt.createdAt) : [];
    const spec = buildJobSpec({ step, attempt, plan, files, earlier, storeUri: this.rootUri });
    await this.storage.put(files.spec, encode(parseJobSpec(spec)));
  }

  findClaim(files: AttemptFiles): Promise<Claim | null> {
    return this.findJson(files.claim, parseClaim);
  }

  findProgress(files: AttemptFiles): Promise<JobProgress | null> {
    return this.findJson(files.progress, parseProgress);
  }

  findProblem(files: AttemptFiles): Promise<JobProblem | null> {
    return this.findJson(files.problem, parseJobProblem);
  }

  /** The bytes of the manifest that waits for approval; null where there is none or it breaks its contract. */
  async findHeld(files: AttemptFiles): Promise<Buffer | null> {
    const manifest = await this.findJson(files.held, parseManifest);
    return manifest === null ? null : this.storage.find(files.held);
  }

  /** Commits a version by the manifest that was approved; where there is one already it stays as it is. */
  async publish(manifestUri: string, held: Buffer): Promise<void> {
    await this.storage.create(manifestUri, held);
    this.crashPoints.reach('after-approved-commit');
  }

  /** Takes the claim ourselves so that no workload can begin any more; false where one has it already. */
  closeClaim(files: AttemptFiles, attempt: AttemptRow, now: Date): Promise<boolean> {
    const claim: Claim = {
      apiVersion: API_VERSION,
      attemptId: attempt.id,
      token: attempt.token,
      holder: 'control-plane',
      claimedAt: now.toISOString(),
    };
    return this.storage.create(files.claim, encode(claim));
  }

  /** null where the file is not there or cannot be understood: a broken progress file is no progress. */
  private async findJson<T>(uri: string, parse: (value: unknown) => T): Promise<T | null> {
    const bytes = await this.storage.find(uri);
    if (bytes === null) return null;
    try {
      return parse(JSON.parse(bytes.toString('utf8')));
    } catch (error) {
      if (error instanceof ContractViolation || error instanceof SyntaxError) return null;
      throw error;
    }
  }
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
