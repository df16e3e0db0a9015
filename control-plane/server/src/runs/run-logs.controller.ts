import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProblems } from '../common/http/api-problems.js';
import { type LogQuery, logQuerySchema, runParamSchema } from './dto/run.dto.js';
import { RunLogsService } from './run-logs.service.js';

const STRING_HEADER = { schema: { type: 'string' as const } };

@ApiTags('runs')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/runs/:id/logs')
export class RunLogsController {
  constructor(private readonly logs: RunLogsService) {}

  @Get()
  @ApiOperation({ operationId: 'getRunLog', summary: 'A slice of the log of one attempt' })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    schema: { type: 'string' },
    headers: {
      'X-Corpusmill-Attempt': STRING_HEADER,
      'X-Log-Offset': { ...STRING_HEADER, description: 'Offset to ask for next' },
      'X-Log-Complete': { ...STRING_HEADER, description: 'true: there will be no more' },
    },
  })
  async get(
    @Param({ schema: runParamSchema }) params: { id: string },
    @Query({ schema: logQuerySchema }) query: LogQuery,
    @Res() response: Response,
  ): Promise<void> {
    const log = await this.logs.read(params.id, query);
    response.setHeader('X-Corpusmill-Attempt', log.attemptId ?? '');
    response.setHeader('X-Log-Offset', String(log.nextOffset));
    response.setHeader('X-Log-Complete', String(log.isComplete));
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.type('text/plain; charset=utf-8').send(log.text);
  }
}
