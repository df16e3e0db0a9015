import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/http/api-problems.js';
import { type VersionParam, versionParamSchema } from '../datasets/dto/dataset.dto.js';
import { type ReportDto, reportSchema } from './dto/report.dto.js';
import { ReportsService } from './reports.service.js';

@ApiTags('reports')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/datasets/:name/versions/:version/report')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get()
  @ApiOperation({
    operationId: 'getReport',
    summary: 'The funnel that led to a version, by reason, source and language',
  })
  @ApiOkResponse({ standardSchema: reportSchema })
  get(@Param({ schema: versionParamSchema }) params: VersionParam): Promise<ReportDto> {
    return this.reports.get(params.name, params.version);
  }
}
