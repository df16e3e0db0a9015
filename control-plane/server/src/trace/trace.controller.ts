import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/http/api-problems.js';
import { type TraceDto, type TraceQuery, traceQuerySchema, traceSchema } from './dto/trace.dto.js';
import { TraceService } from './trace.service.js';

@ApiTags('trace')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/trace')
export class TraceController {
  constructor(private readonly traces: TraceService) {}

  @Get()
  @ApiOperation({
    operationId: 'trace',
    summary: "From a token to its page, and from a page to every stage's decision and every shard",
  })
  @ApiOkResponse({ standardSchema: traceSchema })
  trace(@Query({ schema: traceQuerySchema }) query: TraceQuery): Promise<TraceDto> {
    return this.traces.trace(query);
  }
}
