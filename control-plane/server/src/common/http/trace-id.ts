import type { IncomingMessage } from 'node:http';
import { randomToken } from '../ids.js';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACE_IDS = new WeakMap<IncomingMessage, string>();

/** Trace id of the W3C traceparent header, or a new one; the same for one request whenever asked. */
export function traceIdOf(request: IncomingMessage): string {
  const known = TRACE_IDS.get(request);
  if (known !== undefined) return known;
  const traceId = TRACEPARENT.exec(String(request.headers['traceparent'] ?? ''))?.[1] ?? randomToken();
  TRACE_IDS.set(request, traceId);
  return traceId;
}
