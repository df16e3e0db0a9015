import { Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { EXECUTOR, LOGGER, OBJECT_STORAGE, SERVER_CONFIG } from '../common/tokens.js';
import { WakeBus } from '../common/wake-bus.js';
import type { ServerConfig } from '../config/config.js';
import type { KubernetesConfig } from '../config/kubernetes-config.js';
import { Cluster } from '../kubernetes/cluster.js';
import type { ObjectStorage } from '../storage/object-storage.js';
import type { Executor } from './executor.js';
import { KubernetesExecutor } from './kubernetes/kubernetes-executor.js';
import { ATTEMPT_LABEL, RUN_LABEL, selectorOf } from './kubernetes/labels.js';
import { LocalExecutor } from './local/local-executor.js';

interface Surroundings {
  readonly registry: Registry;
  readonly wakeBus: WakeBus;
  readonly logger: Logger;
}

@Global()
@Module({
  providers: [
    {
      provide: EXECUTOR,
      inject: [SERVER_CONFIG, OBJECT_STORAGE, Registry, WakeBus, LOGGER],
      useFactory: (
        config: ServerConfig,
        storage: ObjectStorage,
        ...[registry, wakeBus, logger]: [Registry, WakeBus, Logger]
      ): Executor => createExecutor(config, storage, { registry, wakeBus, logger }),
    },
  ],
  exports: [EXECUTOR],
})
export class WorkloadsModule {}

function createExecutor(config: ServerConfig, storage: ObjectStorage, surroundings: Surroundings): Executor {
  if (config.kubernetes === null) return new LocalExecutor(config, storage);
  const { logger } = surroundings;
  const executor = new KubernetesExecutor({
    config: config.kubernetes,
    cluster: createCluster(config.kubernetes, surroundings),
    storage,
    logger,
    killGraceSeconds: config.local.killGraceSeconds,
  });
  executor.start();
  return executor;
}

/** Whatever happens to an object of a run is a reason to look at that run. */
function createCluster(config: KubernetesConfig, { registry, wakeBus, logger }: Surroundings): Cluster {
  return new Cluster({
    kubeconfig: config.kubeconfig,
    namespace: config.namespace,
    labelSelector: selectorOf(config),
    groupLabel: ATTEMPT_LABEL,
    registry,
    logger,
    onChanged: ({ metadata }) => {
      const runId = metadata.labels[RUN_LABEL];
      if (runId !== undefined) wakeBus.changed(runId);
    },
  });
}
