import type { KubernetesConfig } from '../../config/kubernetes-config.js';
import { VERSION } from '../../contracts/version.js';
import type { WorkloadRequest } from '../executor.js';

/** Labels and annotations of everything that this executor makes. */
export const RUN_LABEL = 'corpusmill.dev/run-id';
const STAGE_LABEL = 'corpusmill.dev/stage';
export const ATTEMPT_LABEL = 'corpusmill.dev/attempt';
/** The attempt's mark: what has it, and only that, is adopted. */
export const ATTEMPT_UID_ANNOTATION = 'corpusmill.dev/attempt-uid';
const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name';
const MANAGED_BY = 'corpusmill';

/** What network policies tell pods apart by. */
export type Component =
  | 'job'
  | 'spark-driver'
  | 'spark-executor'
  | 'ray-head'
  | 'ray-worker'
  | 'ray-submitter';

/** Labels of the pods and of the custom resource of an attempt. */
export function labelsOf(
  request: WorkloadRequest,
  config: KubernetesConfig,
  component: Component,
): Record<string, string> {
  return {
    [RUN_LABEL]: request.runId,
    [STAGE_LABEL]: request.stage,
    [ATTEMPT_LABEL]: request.attemptId,
    'app.kubernetes.io/name': `corpusmill-${request.stage}`,
    'app.kubernetes.io/instance': config.instance,
    'app.kubernetes.io/version': VERSION,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': 'corpusmill',
    'app.kubernetes.io/managed-by': MANAGED_BY,
  };
}

/** Metadata of the custom resource. */
export function metadataOf(request: WorkloadRequest, config: KubernetesConfig) {
  return {
    name: request.attemptId,
    namespace: config.namespace,
    labels: {
      ...labelsOf(request, config, 'job'),
      ...(config.queue !== null && { [QUEUE_LABEL]: config.queue }),
    },
    annotations: { [ATTEMPT_UID_ANNOTATION]: request.mark },
  };
}

/** Who has suspended an object: the queue that it waits in, else a person. */
export function holderOf({
  labels,
}: {
  readonly labels: Readonly<Record<string, string>>;
}): 'queue' | 'person' {
  return labels[QUEUE_LABEL] === undefined ? 'person' : 'queue';
}

/** Selects all that this installation has made, or what it made for one attempt. */
export function selectorOf(config: KubernetesConfig, attemptId?: string): string {
  const all = `app.kubernetes.io/managed-by=${MANAGED_BY},app.kubernetes.io/instance=${config.instance}`;
  return attemptId === undefined ? all : `${all},${ATTEMPT_LABEL}=${attemptId}`;
}
