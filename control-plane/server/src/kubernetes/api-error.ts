import { messageOf } from '../common/error-code.js';
import { CorpusmillError } from '../common/errors.js';

/** What was asked of the API server, in the words of RBAC. */
export interface ApiOperation {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'delete';
  readonly group: string;
  /** As in a rule, for example `pods/log`. */
  readonly resource: string;
  readonly namespace: string;
}

/** An answer of the API server other than success, or none at all. */
export class ApiError extends Error {
  constructor(
    /** HTTP status; null where no whole answer came: it is not known whether the request was carried out. */
    readonly status: number | null,
    readonly reason: string,
    message: string,
    readonly operation: ApiOperation,
  ) {
    super(message);
  }

  get isNotFound(): boolean {
    return this.status === 404 && this.reason === 'NotFound' && !this.isKindMissing;
  }

  /** The API server does not know the kind at all: its CRD is not installed. */
  get isKindMissing(): boolean {
    return (
      this.status === 404 && /could not find the requested resource|404 page not found/.test(this.message)
    );
  }

  get isConflict(): boolean {
    return this.status === 409;
  }

  /** The watch's or list's starting point is too old. */
  get isExpired(): boolean {
    return this.status === 410;
  }

  /** The server's own rights do not suffice; a quota and admission answer 403 as well. */
  get isMissingRight(): boolean {
    return this.status === 403 && / cannot [a-z]+ resource /.test(this.message);
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get isTransient(): boolean {
    return this.status === null || this.status === 401 || this.status === 429 || this.status >= 500;
  }
}

export class KubernetesUnavailable extends CorpusmillError {
  readonly code = 'KUBERNETES_UNAVAILABLE';
  override readonly retryable = true;
}

/** The server's own rights do not suffice; names the rule that is missing. */
export class KubernetesForbidden extends CorpusmillError {
  readonly code = 'KUBERNETES_FORBIDDEN';
  constructor(operation: ApiOperation, cause: Error) {
    super(
      `the server may not ${operation.verb} ${fullName(operation)} in namespace ${operation.namespace}; add to its Role: ${missingRule(operation)}`,
      { cause },
    );
  }
}

/** The API server, or an admission webhook of its, refuses the object. */
export class KubernetesRejected extends CorpusmillError {
  readonly code = 'KUBERNETES_REJECTED';
}

/** There is no room now: others must end first. */
export class KubernetesQuotaExceeded extends CorpusmillError {
  readonly code = 'KUBERNETES_QUOTA_EXCEEDED';
  override readonly retryable = true;
}

/** Another object has the name of our workload; it is left as it is. */
export class WorkloadNameCollision extends CorpusmillError {
  readonly code = 'WORKLOAD_NAME_COLLISION';
  override readonly retryable = true;
  constructor(kind: string, name: string, namespace: string) {
    super(
      `${kind} ${name} in namespace ${namespace} is not of this attempt and was left alone; the next attempt has another name`,
    );
  }
}

/** What a failed request means to whoever asked for a workload. */
export function toCorpusmillError(error: ApiError): CorpusmillError {
  if (error.isKindMissing) return new KubernetesUnavailable(missingKind(error.operation), { cause: error });
  if (error.status === 403) return fromForbidden(error);
  if (error.isTransient) {
    return new KubernetesUnavailable(`the API server did not answer (${error.message})`, { cause: error });
  }
  return new KubernetesRejected(`the API server refused the workload: ${error.message}`, { cause: error });
}

function missingKind(operation: ApiOperation): string {
  return `the cluster does not know ${fullName(operation)}; install the operator with its CRDs`;
}

/** What a quota says: it is full, or has just been made and what there is was not counted yet. */
const QUOTA_HAS_NO_ROOM = /exceeded quota|status unknown for quota/;

/** 403 is RBAC's answer, and a quota's, and that of admission webhooks. */
function fromForbidden(error: ApiError): CorpusmillError {
  if (QUOTA_HAS_NO_ROOM.test(error.message)) {
    return new KubernetesQuotaExceeded(`the namespace's quota does not allow it now: ${error.message}`, {
      cause: error,
    });
  }
  if (error.isMissingRight) return new KubernetesForbidden(error.operation, error);
  return new KubernetesRejected(`admission refused the workload: ${error.message}`, { cause: error });
}

/** What went wrong, for people: the rule where a right is missing. */
export function describeError(error: unknown): string {
  if (!(error instanceof ApiError)) return messageOf(error);
  return error.isKindMissing ? missingKind(error.operation) : toCorpusmillError(error).message;
}

function missingRule({ group, resource, verb }: ApiOperation): string {
  return `{ apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"] }`;
}

function fullName({ group, resource }: ApiOperation): string {
  return group === '' ? resource : `${resource}.${group}`;
}
