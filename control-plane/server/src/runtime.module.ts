import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { CrashPoints } from './common/crash-points.js';
import { LOGGER, SERVER_CONFIG } from './common/tokens.js';
import { WakeBus } from './common/wake-bus.js';
import type { ServerConfig } from './config/config.js';

/** What every module may ask for: configuration, logger, metrics, wake-ups, crash points. */
@Global()
@Module({})
export class RuntimeModule {
  static with(config: ServerConfig, logger: Logger): DynamicModule {
    return {
      module: RuntimeModule,
      providers: [
        WakeBus,
        { provide: Registry, useValue: new Registry() },
        { provide: SERVER_CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: CrashPoints, useValue: new CrashPoints(config.crashAt) },
      ],
      exports: [WakeBus, Registry, SERVER_CONFIG, LOGGER, CrashPoints],
    };
  }
}
