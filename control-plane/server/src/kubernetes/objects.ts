import { z } from 'zod';

/** The parts of cluster objects that are looked at; everything else is dropped, so that thousands fit in memory. */

const text = z.string().catch('');
const textMap = z.record(z.string(), z.string()).catch({});
const condition = z.object({ type: text, status: text, reason: text, message: text });

const metadata = z.object({
  name: z.string(),
  uid: z.string(),
  /** Empty on what a dry run gives back. */
  resourceVersion: text,
  creationTimestamp: text,
  deletionTimestamp: z.string().optional(),
  labels: textMap,
  annotations: textMap,
});

export type ObjectMeta = z.infer<typeof metadata>;

export interface KubeObject {
  readonly metadata: ObjectMeta;
}

export const sparkApplicationSchema = z.object({
  metadata,
  spec: z.object({ suspend: z.boolean().catch(false) }),
  status: z
    .object({
      applicationState: z.object({ state: text, errorMessage: text }).catch({ state: '', errorMessage: '' }),
    })
    .catch({ applicationState: { state: '', errorMessage: '' } }),
});

export type SparkApplication = z.infer<typeof sparkApplicationSchema>;

const NO_RAY_STATUS = { jobDeploymentStatus: '', jobStatus: '', reason: '', message: '' };

export const rayJobSchema = z.object({
  metadata,
  spec: z.object({ suspend: z.boolean().catch(false) }),
  status: z
    .object({ jobDeploymentStatus: text, jobStatus: text, reason: text, message: text })
    .catch(NO_RAY_STATUS),
});

export type RayJob = z.infer<typeof rayJobSchema>;

const terminated = z.object({ exitCode: z.number().catch(-1), reason: text, message: text }).optional();

const containerStatus = z.object({
  name: text,
  state: z.object({ waiting: z.object({ reason: text, message: text }).optional(), terminated }).catch({}),
  /** Of a container that was started again. */
  lastState: z.object({ terminated }).catch({}),
});

const statuses = z.array(containerStatus).catch([]);

export const podSchema = z.object({
  metadata,
  status: z
    .object({
      phase: text,
      reason: text,
      message: text,
      conditions: z.array(condition).catch([]),
      containerStatuses: statuses,
      initContainerStatuses: statuses,
    })
    .catch({
      phase: '',
      reason: '',
      message: '',
      conditions: [],
      containerStatuses: [],
      initContainerStatuses: [],
    }),
});

export type Pod = z.infer<typeof podSchema>;

export const eventSchema = z.object({
  metadata,
  type: text,
  reason: text,
  message: text,
  involvedObject: z.object({ kind: text, name: text }).catch({ kind: '', name: '' }),
});

export type KubeEvent = z.infer<typeof eventSchema>;

export const listSchema = z.object({
  metadata: z.object({ resourceVersion: text, continue: text }),
  items: z.array(z.unknown()),
});

export const watchEventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});

export const bookmarkSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
export const errorStatusSchema = z.object({ code: z.number().catch(500), reason: text, message: text });
