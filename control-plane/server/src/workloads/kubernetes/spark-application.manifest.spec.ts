import { describe, expect, it } from '@jest/globals';
import { VERSION } from '../../contracts/version.js';
import { KUBERNETES, requestOf } from '../../../test/support/kubernetes-request.js';
import { buildSparkApplication } from './spark-application.manifest.js';

const LABELS = {
  'corpusmill.dev/run-id': '01999999-0000-7000-8000-000000000001',
  'corpusmill.dev/stage': 'filter',
  'corpusmill.dev/attempt': 'filter-0123456789ab-1',
  'app.kubernetes.io/name': 'corpusmill-filter',
  'app.kubernetes.io/instance': 'corpusmill',
  'app.kubernetes.io/version': VERSION,
  'app.kubernetes.io/component': 'job',
  'app.kubernetes.io/part-of': 'corpusmill',
  'app.kubernetes.io/managed-by': 'corpusmill',
};

const SECURITY = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

const container = (name: string) => ({
  name,
  securityContext: SECURITY,
  workingDir: '/tmp',
  env: [{ name: 'HOME', value: '/tmp' }],
  envFrom: [{ secretRef: { name: 'store' } }],
  volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
});

const POD = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  enableServiceLinks: false,
  volumes: [{ name: 'scratch', emptyDir: {} }],
};

const PREFERS_SPOT = {
  nodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        preference: { matchExpressions: [{ key: 'capacity', operator: 'In', values: ['spot'] }] },
      },
    ],
  },
};

describe('SparkApplication of an attempt', () => {
  it('has every field of a Scala stage', () => {
    const { spec, ...head } = buildSparkApplication(requestOf('filter'), KUBERNETES);
    expect(head).toEqual({
      apiVersion: 'sparkoperator.k8s.io/v1beta2',
      kind: 'SparkApplication',
      metadata: {
        name: 'filter-0123456789ab-1',
        namespace: 'jobs',
        labels: LABELS,
        annotations: { 'corpusmill.dev/attempt-uid': 'a'.repeat(32) },
      },
    });
    const { sparkConf, driver, executor, ...rest } = spec;
    expect(rest).toEqual({
      type: 'Scala',
      mode: 'cluster',
      mainClass: 'dev.corpusmill.jobs.Main',
      mainApplicationFile: 'local:///opt/corpusmill/corpusmill-jobs.jar',
      arguments: ['s3://bucket/store/runs/r/filter/a/spec.json'],
      sparkVersion: '4.2.0',
      image: 'spark:1',
      imagePullPolicy: 'IfNotPresent',
      restartPolicy: { type: 'Never' },
    });
    expect(sparkConf).toEqual({
      'spark.driver.extraClassPath': '/opt/corpusmill/corpusmill-jobs.jar',
      'spark.executor.extraClassPath': '/opt/corpusmill/corpusmill-jobs.jar',
      'spark.driver.extraJavaOptions':
        '-Xss4m -Dfile.encoding=UTF-8 -Duser.timezone=UTC -Dkubernetes.request.retry.backoffLimit=40',
      'spark.executor.extraJavaOptions': '-Xss4m -Dfile.encoding=UTF-8 -Duser.timezone=UTC',
      'spark.sql.warehouse.dir': 'file:///tmp/warehouse',
      'spark.sql.session.timeZone': 'UTC',
      'spark.ui.showConsoleProgress': 'false',
      'spark.sql.execution.arrow.maxRecordsPerBatch': '1',
      'spark.kubernetes.executor.enablePollingWithResourceVersion': 'true',
      'spark.redaction.regex': '(?i)secret|password|token|access[.]?key',
    });
    expect(driver).toEqual({
      cores: 1,
      coreRequest: '1000m',
      coreLimit: '1',
      memory: '1664m',
      memoryOverhead: '384m',
      serviceAccount: 'corpusmill-spark',
      labels: { ...LABELS, 'app.kubernetes.io/component': 'spark-driver' },
      template: {
        spec: {
          ...POD,
          automountServiceAccountToken: true,
          containers: [container('spark-kubernetes-driver')],
        },
      },
    });
    expect(executor).toEqual({
      cores: 2,
      coreRequest: '2000m',
      coreLimit: '2',
      memory: '3481m',
      memoryOverhead: '615m',
      instances: 3,
      deleteOnTermination: false,
      serviceAccount: 'corpusmill-job',
      labels: { ...LABELS, 'app.kubernetes.io/component': 'spark-executor' },
      template: {
        spec: {
          ...POD,
          automountServiceAccountToken: false,
          tolerations: [],
          containers: [container('spark-kubernetes-executor')],
        },
      },
    });
  });

  it('runs extract as Python, with room for a Python worker a core beside the heap', () => {
    const { spec } = buildSparkApplication(requestOf('extract'), KUBERNETES);
    expect(spec).toMatchObject({
      type: 'Python',
      pythonVersion: '3',
      mainApplicationFile: 'local:///opt/corpusmill/submit.py',
      executor: { memory: '2688m', memoryOverhead: '1408m' },
    });
    expect(spec).not.toHaveProperty('mainClass');
  });

  it('leaves at least half of a small container to the heap', () => {
    const { spec } = buildSparkApplication(requestOf('extract', { memoryMb: 1024 }), KUBERNETES);
    expect(spec.executor).toMatchObject({ memory: '512m', memoryOverhead: '512m' });
  });

  it('lets the number of executors follow the work between bounds', () => {
    const request = requestOf('dedup', { minExecutors: 2, maxExecutors: 20 });
    const { spec } = buildSparkApplication(request, KUBERNETES);
    expect(spec.executor.instances).toBe(2);
    expect(spec).toMatchObject({
      dynamicAllocation: {
        enabled: true,
        initialExecutors: 2,
        minExecutors: 2,
        maxExecutors: 20,
        shuffleTrackingEnabled: true,
      },
    });
  });

  it('waits in a queue suspended, with a fixed number of executors', () => {
    const request = requestOf('dedup', { minExecutors: 2, maxExecutors: 20 });
    const manifest = buildSparkApplication(request, { ...KUBERNETES, queue: 'team-a' });
    expect(manifest.metadata.labels).toMatchObject({ 'kueue.x-k8s.io/queue-name': 'team-a' });
    expect(manifest.spec).toMatchObject({ suspend: true, executor: { instances: 20 } });
    expect(manifest.spec).not.toHaveProperty('dynamicAllocation');
  });

  it('tolerates spot nodes with its executors only, which hand on their blocks', () => {
    const { spec } = buildSparkApplication(requestOf('mix'), { ...KUBERNETES, spotTaint: 'spot' });
    expect(spec.executor.template.spec).toMatchObject({
      tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
    });
    expect(spec.driver.template.spec).not.toHaveProperty('tolerations');
    expect(spec.sparkConf).toMatchObject({
      'spark.decommission.enabled': 'true',
      'spark.storage.decommission.enabled': 'true',
      'spark.storage.decommission.rddBlocks.enabled': 'true',
      'spark.storage.decommission.shuffleBlocks.enabled': 'true',
    });
  });

  it('mounts a store on a volume at its own path and names no secret', () => {
    const { spec } = buildSparkApplication(requestOf('mix'), {
      ...KUBERNETES,
      storeSecret: null,
      storeVolume: { claim: 'store-claim', path: '/data/store' },
    });
    for (const { template } of [spec.driver, spec.executor]) {
      expect(template.spec.volumes).toEqual([
        { name: 'scratch', emptyDir: {} },
        { name: 'store', persistentVolumeClaim: { claimName: 'store-claim' } },
      ]);
      expect(template.spec.containers[0]).toMatchObject({
        volumeMounts: [
          { name: 'scratch', mountPath: '/tmp' },
          { name: 'store', mountPath: '/data/store' },
        ],
      });
      expect(template.spec.containers[0]).not.toHaveProperty('envFrom');
    }
  });

  it('asks for a part of each core where nodes may be overcommitted', () => {
    const { spec } = buildSparkApplication(requestOf('mix'), { ...KUBERNETES, cpuRequest: 0.25 });
    expect([spec.driver.coreRequest, spec.executor.coreRequest]).toEqual(['250m', '500m']);
    expect([spec.driver.coreLimit, spec.executor.coreLimit]).toEqual(['1', '2']);
  });

  it('prefers spot nodes for its executors, and not for its driver', () => {
    const config = { ...KUBERNETES, spotLabel: { key: 'capacity', value: 'spot' } };
    const { driver, executor } = buildSparkApplication(requestOf('filter'), config).spec;
    expect(executor.template.spec).toMatchObject({ affinity: PREFERS_SPOT });
    expect(driver.template.spec).not.toHaveProperty('affinity');
  });
});
