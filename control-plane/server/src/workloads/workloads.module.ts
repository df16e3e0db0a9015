import { Global, Module } from '@nestjs/common';
import { EXECUTOR, OBJECT_STORAGE, SERVER_CONFIG } from '../common/tokens.js';
import type { ServerConfig } from '../config/config.js';
import type { ObjectStorage } from '../storage/object-storage.js';
import { LocalExecutor } from './local/local-executor.js';

@Global()
@Module({
  providers: [
    {
      provide: EXECUTOR,
      inject: [SERVER_CONFIG, OBJECT_STORAGE],
      useFactory: (config: ServerConfig, storage: ObjectStorage) => new LocalExecutor(config, storage),
    },
  ],
  exports: [EXECUTOR],
})
export class WorkloadsModule {}
