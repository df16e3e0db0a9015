import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_STORAGE, SERVER_CONFIG } from '../common/tokens.js';
import type { ServerConfig } from '../config/config.js';
import type { Stage } from '../contracts/stage.js';
import type { RecipeRequest } from '../recipes/dto/recipe.dto.js';
import type { ResolvedRecipe } from '../recipes/recipes.service.js';
import type { ResolvedSource } from '../recipes/source-files.js';
import type { ObjectStorage } from '../storage/object-storage.js';
import type { CommittedVersion } from '../versions/committed-version.js';
import { VersionsService } from '../versions/versions.service.js';
import type { PlanDto, PlanStepDto } from './dto/plan.dto.js';
import { type PlannedRun, type PlannedStep, versionName } from './plan.js';
import { RunPlanner } from './run-planner.js';
import { shareFiles } from './shared-files.js';

@Injectable()
export class PlansService {
  constructor(
    private readonly planner: RunPlanner,
    private readonly versions: VersionsService,
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
  ) {}

  /** The steps of a run; throws RecipeInvalid. Files that only this machine has are put where its workloads can read them. */
  async planRun(request: RecipeRequest): Promise<PlannedRun> {
    const planned = await this.planner.plan(request);
    if (this.config.kubernetes === null) return planned;
    const steps = planned.steps.map(async (step) => ({
      ...step,
      plan: await shareFiles(step.plan, this.storage),
    }));
    return { ...planned, steps: await Promise.all(steps) };
  }

  /** The plan as the API shows it: which versions are there, sizes, and how long the rest may take. */
  async describe(request: RecipeRequest): Promise<PlanDto> {
    const { resolved, steps } = await this.planner.plan(request);
    const committed = await Promise.all(steps.map((step) => this.findCommitted(step)));
    const speeds = await this.versions.bytesPerSecond();
    return {
      recipe: { digest: resolved.digest, name: resolved.recipe.name },
      sources: resolved.sources.map(describeSource),
      steps: steps.map((step, index) => {
        const bytesIn = index === 0 ? sourceBytes(resolved) : outputBytes(committed[index - 1] ?? null);
        return describeStep(step, committed[index] ?? null, { bytesIn, speeds });
      }),
    };
  }

  private async findCommitted(step: PlannedStep): Promise<CommittedVersion | null> {
    const lookup = await this.versions.lookUp(step.stage, step.versionKey);
    return lookup.state === 'committed' ? lookup.version : null;
  }
}

interface EstimateBasis {
  readonly bytesIn: number | null;
  readonly speeds: ReadonlyMap<Stage, number>;
}

function describeStep(
  step: PlannedStep,
  committed: CommittedVersion | null,
  basis: EstimateBasis,
): PlanStepDto {
  const speed = basis.speeds.get(step.stage) ?? null;
  const seconds = speed === null || basis.bytesIn === null ? null : basis.bytesIn / speed;
  return {
    stage: step.stage,
    dataset: step.dataset,
    versionKey: step.versionKey,
    version: versionName(step.dataset, step.versionKey),
    action: committed === null ? 'new' : 'reused',
    reusedFromRun: committed?.manifest.runId ?? null,
    estimate: { bytesIn: basis.bytesIn, seconds: committed === null ? roundSeconds(seconds) : 0 },
  };
}

function roundSeconds(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 10) / 10;
}

function describeSource(source: ResolvedSource): PlanDto['sources'][number] {
  const { name, kind, domain, files } = source;
  const missing = files.filter((file) => file.bytes === null).map((file) => file.uri);
  return { name, kind, domain, files: files.length - missing.length, bytes: sumBytes(source), missing };
}

function sourceBytes(resolved: ResolvedRecipe): number {
  return resolved.sources.reduce((sum, source) => sum + sumBytes(source), 0);
}

function sumBytes(source: ResolvedSource): number {
  return source.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
}

function outputBytes(committed: CommittedVersion | null): number | null {
  return committed === null ? null : committed.manifest.files.reduce((sum, file) => sum + file.bytes, 0);
}
