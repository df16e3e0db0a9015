import { Injectable } from '@nestjs/common';
import { DatasetsService, shortKey } from '../datasets/datasets.service.js';
import type { ReportDto } from './dto/report.dto.js';
import { buildFunnel } from './funnel.js';

/** Reports, put together from the manifests of a version and of what it was made of. */
@Injectable()
export class ReportsService {
  constructor(private readonly datasets: DatasetsService) {}

  async get(name: string, version: string): Promise<ReportDto> {
    const { dataset, row } = await this.datasets.resolve(name, version);
    const funnel = buildFunnel(dataset, await this.datasets.line(row));
    return { dataset, version: shortKey(row.key), tokens: row.manifest.counts.tokens, funnel };
  }
}
