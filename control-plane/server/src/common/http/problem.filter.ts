import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import {
  CorpusmillError,
  HTTP_STATUS_BY_CODE,
  type HttpErrorCode,
  InternalError,
  RequestInvalid,
  RouteNotFound,
} from '../errors.js';
import { messageOf } from '../error-code.js';
import type { Problem } from './problem.dto.js';
import { traceIdOf } from './trace-id.js';

const RETRY_AFTER_SECONDS = 2;

/** The one place that turns errors into HTTP: RFC 9457 problems with a stable code. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.respond(exception, http.getRequest<Request>(), http.getResponse<Response>());
  }

  /** Also used for errors of middleware, which Nest's filters do not see. */
  respond(exception: unknown, request: Request, response: Response): void {
    const error = toHttpError(exception, request);
    const traceId = traceIdOf(request);
    if (error instanceof InternalError) this.logger.error({ err: exception, traceId }, 'unexpected error');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const problem = buildProblem(error, request.path, traceId);
    if (problem.status === 503) response.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}

function buildProblem(error: CorpusmillError, instance: string, traceId: string): Problem {
  const status = statusOf(error);
  return {
    type: `https://corpusmill.dev/problems/${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    instance,
    code: error.code,
    traceId,
    ...(error.items.length > 0 && { errors: [...error.items] }),
  };
}

function statusOf(error: CorpusmillError): number {
  return error.code in HTTP_STATUS_BY_CODE ? HTTP_STATUS_BY_CODE[error.code as HttpErrorCode] : 503;
}

function toHttpError(exception: unknown, request: Request): CorpusmillError {
  if (exception instanceof CorpusmillError) return exception;
  const status = clientStatus(exception);
  if (status === 404) return new RouteNotFound(`there is no ${request.method} ${request.path}; see /docs`);
  if (status !== null) return new RequestInvalid(messageOf(exception));
  return new InternalError('unexpected error; the server log has the trace id', { cause: exception });
}

/** Status of errors that Nest and the body parser blame on the client; null for all others. */
function clientStatus(exception: unknown): number | null {
  if (exception instanceof HttpException) return exception.getStatus() < 500 ? exception.getStatus() : null;
  if (typeof exception !== 'object' || exception === null || !('status' in exception)) return null;
  const { status } = exception;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
