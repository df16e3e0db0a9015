import type { KubernetesConfig } from '../../config/kubernetes-config.js';
import { DRIVER_CPU, driverMemory, executorMemory, type JvmMemory } from '../../config/workload-sizes.js';
import type { WorkloadRequest } from '../executor.js';
import { labelsOf, metadataOf } from './labels.js';
import { containerParts, cpuRequest, podParts, spotAffinity, tolerationsOf } from './pod.manifest.js';

export const SPARK_VERSION = '4.2.0';
/** Where the Spark image keeps our code (docs/operations/kubernetes.md). */
const JOBS_JAR = '/opt/corpusmill/corpusmill-jobs.jar';
const EXTRACT_MAIN = '/opt/corpusmill/submit.py';
const JOBS_CLASS = 'dev.corpusmill.jobs.Main';

const JAVA_OPTIONS = '-Xss4m -Dfile.encoding=UTF-8 -Duser.timezone=UTC';
/** A driver that starts while the API server restarts waits for two minutes: Spark's own three tries last one second. */
const API_SERVER_RETRIES = '-Dkubernetes.request.retry.backoffLimit=40';

/** SparkApplication v1beta2 of an attempt at a Spark stage. Pure: the same attempt gives the same object. */
export function buildSparkApplication(request: WorkloadRequest, config: KubernetesConfig) {
  return {
    apiVersion: 'sparkoperator.k8s.io/v1beta2',
    kind: 'SparkApplication',
    metadata: metadataOf(request, config),
    spec: {
      ...program(request),
      mode: 'cluster',
      sparkVersion: SPARK_VERSION,
      image: config.images.spark,
      imagePullPolicy: config.images.pullPolicy,
      arguments: [request.specUri],
      // A new try is a new attempt with its own object: the operator's own retries would hide failures.
      restartPolicy: { type: 'Never' },
      sparkConf: sparkConf(config),
      driver: driver(request, config),
      executor: executor(request, config),
      ...dynamicAllocation(request, config),
      ...(config.queue !== null && { suspend: true }),
    },
  };
}

function program({ stage }: WorkloadRequest) {
  return stage === 'extract'
    ? { type: 'Python', pythonVersion: '3', mainApplicationFile: `local://${EXTRACT_MAIN}` }
    : { type: 'Scala', mainClass: JOBS_CLASS, mainApplicationFile: `local://${JOBS_JAR}` };
}

function sparkConf(config: KubernetesConfig): Record<string, string> {
  return {
    'spark.driver.extraClassPath': JOBS_JAR,
    'spark.executor.extraClassPath': JOBS_JAR,
    'spark.driver.extraJavaOptions': `${JAVA_OPTIONS} ${API_SERVER_RETRIES}`,
    'spark.executor.extraJavaOptions': JAVA_OPTIONS,
    'spark.sql.warehouse.dir': 'file:///tmp/warehouse',
    'spark.sql.session.timeZone': 'UTC',
    'spark.ui.showConsoleProgress': 'false',
    // Each extracted page is as large as a batch may be.
    'spark.sql.execution.arrow.maxRecordsPerBatch': '1',
    // Many drivers polling whole lists would load the API server; the driver's own watch makes up for staleness.
    'spark.kubernetes.executor.enablePollingWithResourceVersion': 'true',
    'spark.redaction.regex': '(?i)secret|password|token|access[.]?key',
    ...(config.spotTaint !== null && DECOMMISSION),
  };
}

/** An executor that is told to go hands its blocks to the others first. */
const DECOMMISSION = {
  'spark.decommission.enabled': 'true',
  'spark.storage.decommission.enabled': 'true',
  'spark.storage.decommission.rddBlocks.enabled': 'true',
  'spark.storage.decommission.shuffleBlocks.enabled': 'true',
} as const;

function driver(request: WorkloadRequest, config: KubernetesConfig) {
  return {
    cores: DRIVER_CPU,
    coreRequest: cpuRequest(config, DRIVER_CPU),
    coreLimit: String(DRIVER_CPU),
    ...memory(driverMemory(config.driverMemoryMb)),
    serviceAccount: config.serviceAccounts.spark,
    labels: labelsOf(request, config, 'spark-driver'),
    // It makes its executors through the API server.
    template: template('spark-kubernetes-driver', config, { automountServiceAccountToken: true }),
  };
}

function executor(request: WorkloadRequest, config: KubernetesConfig) {
  const { cpu, minExecutors, maxExecutors } = request.sizing;
  return {
    cores: cpu,
    coreRequest: cpuRequest(config, cpu),
    coreLimit: String(cpu),
    ...memory(executorMemory(request.stage, request.sizing)),
    instances: config.queue === null ? minExecutors : maxExecutors,
    // Their logs and the reason of their end are read before the application is deleted.
    deleteOnTermination: false,
    serviceAccount: config.serviceAccounts.job,
    labels: labelsOf(request, config, 'spark-executor'),
    template: template('spark-kubernetes-executor', config, {
      automountServiceAccountToken: false,
      tolerations: tolerationsOf(config, 0),
      ...spotAffinity(config),
    }),
  };
}

function memory({ heapMb, overheadMb }: JvmMemory) {
  return { memory: `${heapMb}m`, memoryOverhead: `${overheadMb}m` };
}

/** Kueue counts the executors of the object: with a queue their number is fixed. */
function dynamicAllocation({ sizing }: WorkloadRequest, config: KubernetesConfig) {
  const { minExecutors, maxExecutors } = sizing;
  if (config.queue !== null || minExecutors === maxExecutors) return {};
  return {
    dynamicAllocation: {
      enabled: true,
      initialExecutors: minExecutors,
      minExecutors,
      maxExecutors,
      shuffleTrackingEnabled: true,
    },
  };
}

/** A pod template and not the object's own fields: those are filled in by a webhook that may be away. */
function template(name: string, config: KubernetesConfig, extra: object) {
  return { spec: { ...podParts(config), ...extra, containers: [{ name, ...containerParts(config) }] } };
}
