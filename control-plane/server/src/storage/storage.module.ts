import { Global, Module } from '@nestjs/common';
import type { ServerConfig } from '../config/config.js';
import { INPUT_OBJECTS, OBJECT_STORAGE, SERVER_CONFIG } from '../common/tokens.js';
import { isS3Uri } from '../contracts/s3-uri.js';
import { FileStorage } from './file-storage.js';
import { InputObjects } from './input-objects.js';
import type { ObjectStorage } from './object-storage.js';
import { createS3Client } from './s3-client.js';
import { S3Storage } from './s3-storage.js';

@Global()
@Module({
  providers: [
    {
      provide: OBJECT_STORAGE,
      inject: [SERVER_CONFIG],
      useFactory: ({ storeUri, s3 }: ServerConfig): ObjectStorage =>
        isS3Uri(storeUri) ? new S3Storage(storeUri, createS3Client(s3)) : new FileStorage(storeUri),
    },
    {
      provide: INPUT_OBJECTS,
      inject: [SERVER_CONFIG],
      useFactory: ({ storeUri, s3 }: ServerConfig): InputObjects =>
        new InputObjects(new FileStorage(storeUri), new S3Storage(storeUri, createS3Client(s3))),
    },
  ],
  exports: [OBJECT_STORAGE, INPUT_OBJECTS],
})
export class StorageModule {}
