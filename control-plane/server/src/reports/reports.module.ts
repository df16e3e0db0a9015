import { Module } from '@nestjs/common';
import { DatasetsModule } from '../datasets/datasets.module.js';
import { ReportsController } from './reports.controller.js';
import { ReportsService } from './reports.service.js';

@Module({ imports: [DatasetsModule], controllers: [ReportsController], providers: [ReportsService] })
export class ReportsModule {}
