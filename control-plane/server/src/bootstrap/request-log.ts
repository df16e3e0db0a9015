import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { traceIdOf } from '../common/http/trace-id.js';

const QUIET_PATHS = new Set(['/healthz', '/readyz', '/metrics']);

/** One line per request: method, path, status, milliseconds. No headers, no query, no bodies. */
export function requestLog(logger: Logger) {
  return pinoHttp({
    logger,
    genReqId: traceIdOf,
    quietReqLogger: true,
    autoLogging: { ignore: (request) => QUIET_PATHS.has(pathOf(request.url)) },
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'error' : 'debug'),
    customAttributeKeys: { reqId: 'traceId', responseTime: 'milliseconds' },
    serializers: {
      req: (request: { method: string; url: string }) => ({
        method: request.method,
        path: pathOf(request.url),
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
  });
}

function pathOf(url: string | undefined): string {
  return (url ?? '').split('?')[0]!;
}
