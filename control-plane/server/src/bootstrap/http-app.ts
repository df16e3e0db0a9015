import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { hostGuard, tokenGuard } from '../access/access.middleware.js';
import { AppModule, type AppParts } from '../app.module.js';
import { ProblemFilter } from '../common/http/problem.filter.js';
import { createValidationPipe } from '../common/http/validation.pipe.js';
import { HttpMetrics } from '../metrics/http-metrics.js';
import { NestLogger } from './nest-logger.js';
import { buildOpenApi } from './openapi.js';
import { requestLog } from './request-log.js';

export interface HttpAppOptions extends AppParts {
  readonly token: string;
  /** Called with every request, for the idle exit. */
  readonly onRequest: () => void;
}

/** The whole HTTP application, not yet listening. */
export async function createHttpApp(options: HttpAppOptions): Promise<NestExpressApplication> {
  const { config, logger, token } = options;
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(options), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const problems = new ProblemFilter(logger);
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use((_request: Request, _response: Response, next: NextFunction) => {
    options.onRequest();
    next();
  });
  app.use(requestLog(logger));
  app.use(app.get(HttpMetrics).middleware());
  app.use(securityHeaders());
  app.use(hostGuard(config.http));
  app.use(tokenGuard(config.http, token));
  app.useBodyParser('json', { limit: config.http.bodyLimitBytes });
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(problems);
  mountDescription(app);
  await app.init();
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    problems.respond(error, request, response),
  );
  return app;
}

function mountDescription(app: NestExpressApplication): void {
  SwaggerModule.setup('docs', app, buildOpenApi(app), { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
}

function securityHeaders() {
  return helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  });
}
