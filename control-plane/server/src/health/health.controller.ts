import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { HealthService } from './health.service.js';

/** For probes; open without a token. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** The process lives; says nothing of what it needs. */
  @Get('healthz')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Database, store, reconciler and executor are there; each that is not, with its reason. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) response: Response): Promise<object> {
    const checks = await this.health.check();
    const isReady = Object.values(checks).every((check) => check === 'ok');
    response.status(isReady ? 200 : 503);
    if (!isReady) response.setHeader('Retry-After', '2');
    return { status: isReady ? 'ok' : 'unavailable', checks };
  }
}
