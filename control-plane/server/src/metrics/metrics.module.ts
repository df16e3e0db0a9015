import { Module } from '@nestjs/common';
import { HttpMetrics } from './http-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { StateMetrics } from './state-metrics.js';

@Module({ controllers: [MetricsController], providers: [HttpMetrics, StateMetrics] })
export class MetricsModule {}
