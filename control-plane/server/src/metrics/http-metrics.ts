import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Histogram, Registry } from 'prom-client';

/** Duration and number of requests by method, route and status; no ids as labels. */
@Injectable()
export class HttpMetrics {
  private readonly seconds: Histogram<'method' | 'route' | 'status'>;

  constructor(registry: Registry) {
    this.seconds = new Histogram({
      name: 'corpusmill_http_request_seconds',
      help: 'Time to answer requests',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.5, 2, 10],
      registers: [registry],
    });
  }

  middleware() {
    return (request: Request, response: Response, next: NextFunction): void => {
      const end = this.seconds.startTimer();
      response.once('finish', () =>
        end({ method: request.method, route: routeOf(request), status: response.statusCode }),
      );
      next();
    };
  }
}

function routeOf(request: Request): string {
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route)) return 'none';
  return String(route.path);
}
