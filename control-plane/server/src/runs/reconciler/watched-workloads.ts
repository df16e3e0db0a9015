import { Inject, Injectable } from '@nestjs/common';
import { EXECUTOR } from '../../common/tokens.js';
import type { Lookup } from '../../versions/committed-version.js';
import { VersionsService } from '../../versions/versions.service.js';
import type { Executor, WorkloadStatus } from '../../workloads/executor.js';
import type { Situation } from './situation.js';

/** The two things outside that tell how an attempt is: its workload and its version. */
@Injectable()
export class WatchedWorkloads {
  constructor(
    private readonly versions: VersionsService,
    @Inject(EXECUTOR) private readonly executor: Executor,
  ) {}

  observe({ request }: Situation): Promise<WorkloadStatus> {
    return this.executor.observe(request);
  }

  lookUp({ step }: Situation): Promise<Lookup> {
    return this.versions.lookUp(step.stage, step.versionKey);
  }
}
