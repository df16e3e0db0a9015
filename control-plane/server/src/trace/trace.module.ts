import { Module } from '@nestjs/common';
import { DatasetsModule } from '../datasets/datasets.module.js';
import { SidecarService } from './sidecar.service.js';
import { TraceController } from './trace.controller.js';
import { TraceService } from './trace.service.js';

@Module({
  imports: [DatasetsModule],
  controllers: [TraceController],
  providers: [TraceService, SidecarService],
})
export class TraceModule {}
