import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { hostGuard, tokenGuard } from '../access/access.middleware.js';
import { AppModule } from '../app.module.js';
import { ProblemFilter } from '../common/http/problem.filter.js';
import { createValidationPipe } from '../common/http/validation.pipe.js';
import type { ServerConfig } from '../config/config.js';
import type { Database } from '../database/database.js';
import { NestLogger } from './nest-logger.js';
import { buildOpenApi } from './openapi.js';
import { requestLog } from './request-log.js';

export interface HttpAppOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly database: Database;
  readonly token: string;
}

/** The whole HTTP application, not yet listening. */
export async function createHttpApp(options: HttpAppOptions): Promise<NestExpressApplication> {
  const { config, logger, database, token } = options;
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config, logger, database), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const problems = new ProblemFilter(logger);
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(requestLog(logger));
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
