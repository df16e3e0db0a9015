import { Module } from '@nestjs/common';
import { DatasetsController } from './datasets.controller.js';
import { DatasetsService } from './datasets.service.js';
import { DocumentsService } from './documents.service.js';
import { VersionFilesController } from './version-files.controller.js';
import { VersionFilesService } from './version-files.service.js';
import { VersionRowsService } from './version-rows.service.js';

@Module({
  controllers: [DatasetsController, VersionFilesController],
  providers: [DatasetsService, VersionFilesService, VersionRowsService, DocumentsService],
  exports: [DatasetsService, VersionFilesService, VersionRowsService],
})
export class DatasetsModule {}
