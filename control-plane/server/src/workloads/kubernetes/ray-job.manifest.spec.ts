import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../contracts/version.js';
import { KUBERNETES, requestOf } from '../../../test/support/kubernetes-request.js';
import { REPOSITORY_ROOT } from '../../contracts/repository-root.js';
import { buildRayJob, RAY_VERSION } from './ray-job.manifest.js';
import { SPARK_VERSION } from './spark-application.manifest.js';

const SECURITY = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const POD_SECURITY = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const SCRATCH = { name: 'scratch', mountPath: '/tmp' };
const HOME = { name: 'HOME', value: '/tmp' };
const STORE = [{ secretRef: { name: 'store' } }];

const labelsOf = (component: string) => ({
  ...buildRayJob(requestOf('score'), KUBERNETES).metadata.labels,
  'app.kubernetes.io/component': component,
});

const rayPod = (container: { readonly name: string; readonly resources: object }) => ({
  metadata: { labels: labelsOf(container.name) },
  spec: {
    securityContext: POD_SECURITY,
    enableServiceLinks: false,
    serviceAccountName: 'corpusmill-job',
    automountServiceAccountToken: false,
    tolerations: [],
    containers: [
      {
        image: 'ray:1',
        imagePullPolicy: 'IfNotPresent',
        securityContext: SECURITY,
        workingDir: '/tmp',
        env: [HOME, { name: 'RAY_USAGE_STATS_ENABLED', value: '0' }],
        envFrom: STORE,
        volumeMounts: [SCRATCH, { name: 'shared-memory', mountPath: '/dev/shm' }],
        ...container,
      },
    ],
    volumes: [
      { name: 'scratch', emptyDir: {} },
      { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '128Mi' } },
    ],
  },
});

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

describe('RayJob of an attempt', () => {
  it('has every field', () => {
    const { spec, ...head } = buildRayJob(requestOf('score'), KUBERNETES);
    expect(head).toEqual({
      apiVersion: 'ray.io/v1',
      kind: 'RayJob',
      metadata: {
        name: 'score-0123456789ab-1',
        namespace: 'jobs',
        labels: {
          'corpusmill.dev/run-id': '01999999-0000-7000-8000-000000000001',
          'corpusmill.dev/stage': 'score',
          'corpusmill.dev/attempt': 'score-0123456789ab-1',
          'app.kubernetes.io/name': 'corpusmill-score',
          'app.kubernetes.io/instance': 'corpusmill',
          'app.kubernetes.io/version': VERSION,
          'app.kubernetes.io/component': 'job',
          'app.kubernetes.io/part-of': 'corpusmill',
          'app.kubernetes.io/managed-by': 'corpusmill',
        },
        annotations: { 'corpusmill.dev/attempt-uid': 'a'.repeat(32) },
      },
    });
    const { rayClusterSpec, submitterPodTemplate, ...rest } = spec;
    expect(rest).toEqual({
      entrypoint: 'python -m corpusmill_ray s3://bucket/store/runs/r/score/a/spec.json',
      jobId: 'score-0123456789ab-1',
      submissionMode: 'K8sJobMode',
      shutdownAfterJobFinishes: true,
      ttlSecondsAfterFinished: 600,
      backoffLimit: 0,
      submitterConfig: { backoffLimit: 2 },
    });
    expect(rayClusterSpec).toEqual({
      rayVersion: '2.60.0',
      headGroupSpec: {
        rayStartParams: {
          'dashboard-host': '0.0.0.0',
          'num-cpus': '0',
          'object-store-memory': '104857600',
        },
        template: rayPod({
          name: 'ray-head',
          resources: {
            requests: { cpu: '1000m', memory: '2048Mi' },
            limits: { cpu: '1', memory: '2048Mi' },
          },
        }),
      },
      workerGroupSpecs: [
        {
          groupName: 'workers',
          replicas: 3,
          minReplicas: 3,
          maxReplicas: 3,
          rayStartParams: { 'num-cpus': '2', 'num-gpus': '0', 'object-store-memory': '104857600' },
          template: rayPod({
            name: 'ray-worker',
            resources: {
              requests: { cpu: '2000m', memory: '4096Mi' },
              limits: { cpu: '2', memory: '4096Mi' },
            },
          }),
        },
      ],
    });
    expect(submitterPodTemplate).toEqual({
      metadata: { labels: labelsOf('ray-submitter') },
      spec: {
        securityContext: POD_SECURITY,
        enableServiceLinks: false,
        serviceAccountName: 'corpusmill-job',
        automountServiceAccountToken: false,
        restartPolicy: 'Never',
        volumes: [{ name: 'scratch', emptyDir: {} }],
        containers: [
          {
            name: 'ray-job-submitter',
            image: 'ray:1',
            imagePullPolicy: 'IfNotPresent',
            securityContext: SECURITY,
            workingDir: '/tmp',
            env: [HOME],
            envFrom: STORE,
            volumeMounts: [SCRATCH],
            resources: {
              requests: { cpu: '1000m', memory: '512Mi' },
              limits: { cpu: '1', memory: '512Mi' },
            },
          },
        ],
      },
    });
  });

  it('gives GPUs to the workers alone, on nodes that have them', () => {
    const { rayClusterSpec } = buildRayJob(requestOf('score', { gpu: 2 }), KUBERNETES).spec;
    const [workers] = rayClusterSpec.workerGroupSpecs;
    expect(workers!.rayStartParams['num-gpus']).toBe('2');
    expect(workers!.template.spec.tolerations).toEqual([
      { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
    ]);
    expect(workers!.template.spec.containers[0]).toMatchObject({
      image: 'ray-gpu:1',
      resources: {
        requests: { cpu: '2000m', memory: '4096Mi', 'nvidia.com/gpu': '2' },
        limits: { cpu: '2', memory: '4096Mi', 'nvidia.com/gpu': '2' },
      },
    });
    expect(rayClusterSpec.headGroupSpec.template.spec.containers[0]!.image).toBe('ray:1');
    expect(rayClusterSpec.headGroupSpec.template.spec.tolerations).toEqual([]);
  });

  it('has as many workers as the upper bound of a range, and no autoscaler', () => {
    const request = requestOf('score', { minExecutors: 1, maxExecutors: 5 });
    const { rayClusterSpec } = buildRayJob(request, KUBERNETES).spec;
    expect(rayClusterSpec).toMatchObject({
      workerGroupSpecs: [{ replicas: 5, minReplicas: 5, maxReplicas: 5 }],
    });
    expect(rayClusterSpec).not.toHaveProperty('enableInTreeAutoscaling');
  });

  it('waits in a queue suspended', () => {
    const manifest = buildRayJob(requestOf('score'), { ...KUBERNETES, queue: 'team-a' });
    expect(manifest.metadata.labels).toMatchObject({ 'kueue.x-k8s.io/queue-name': 'team-a' });
    expect(manifest.spec.suspend).toBe(true);
  });

  it('tolerates spot nodes with its workers', () => {
    const { rayClusterSpec } = buildRayJob(requestOf('scrub'), { ...KUBERNETES, spotTaint: 'spot' }).spec;
    expect(rayClusterSpec.workerGroupSpecs[0]!.template.spec.tolerations).toEqual([
      { key: 'spot', operator: 'Exists', effect: 'NoSchedule' },
    ]);
    expect(rayClusterSpec.headGroupSpec.template.spec.tolerations).toEqual([]);
  });

  it('prefers spot nodes for its workers, and for them alone', () => {
    const config = { ...KUBERNETES, spotLabel: { key: 'capacity', value: 'spot' } };
    const { rayClusterSpec, submitterPodTemplate } = buildRayJob(requestOf('scrub'), config).spec;
    expect(rayClusterSpec.workerGroupSpecs[0]!.template.spec.affinity).toEqual(PREFERS_SPOT);
    expect(rayClusterSpec.headGroupSpec.template.spec).not.toHaveProperty('affinity');
    expect(submitterPodTemplate.spec).not.toHaveProperty('affinity');
  });

  it('names the versions that the jobs are locked to', () => {
    const lock = readFileSync(join(REPOSITORY_ROOT, 'scripts', 'requirements.lock'), 'utf8');
    expect(lock).toContain(`\nray==${RAY_VERSION}`);
    expect(lock).toContain(`\npyspark==${SPARK_VERSION}`);
  });
});
