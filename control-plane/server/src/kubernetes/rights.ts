import { type ApiError, type ApiOperation, KubernetesForbidden } from './api-error.js';

/** So long after it was last met a refusal is still told: what was wanted may not be wanted again. */
const KEPT_MS = 600_000;

interface Refusal {
  readonly message: string;
  readonly at: number;
}

/** What the server may not do, as far as the API server has said so, until it is allowed. */
export class Rights {
  private readonly refusals = new Map<string, Refusal>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whatever else came of it, the operation itself was not refused. */
  allowed(operation: ApiOperation): void {
    this.refusals.delete(keyOf(operation));
  }

  refused(error: ApiError): void {
    const { message } = new KubernetesForbidden(error.operation, error);
    this.refusals.set(keyOf(error.operation), { message, at: this.now() });
  }

  isRefused(operation: ApiOperation): boolean {
    return this.living().some(([key]) => key === keyOf(operation));
  }

  /** One message for each missing rule. */
  messages(): readonly string[] {
    return this.living().map(([, { message }]) => message);
  }

  private living(): readonly (readonly [string, Refusal])[] {
    return [...this.refusals].filter(([, { at }]) => this.now() - at < KEPT_MS);
  }
}

function keyOf({ verb, group, resource, namespace }: ApiOperation): string {
  return [verb, group, resource, namespace].join(' ');
}
