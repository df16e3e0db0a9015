import { Global, Module } from '@nestjs/common';
import type { ServerConfig } from '../config/config.js';
import { OBJECT_STORAGE, SERVER_CONFIG } from '../common/tokens.js';
import { FileStorage } from './file-storage.js';

@Global()
@Module({
  providers: [
    {
      provide: OBJECT_STORAGE,
      inject: [SERVER_CONFIG],
      useFactory: (config: ServerConfig) => new FileStorage(config.storeUri),
    },
  ],
  exports: [OBJECT_STORAGE],
})
export class StorageModule {}
