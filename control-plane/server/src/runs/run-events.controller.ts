import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiProblems } from '../common/http/api-problems.js';
import { type PageQuery, pageQuerySchema } from '../common/http/pagination.js';
import { runEventPageSchema, runParamSchema } from './dto/run.dto.js';
import { RunEventStream } from './run-event-stream.js';
import { RunEventsService } from './run-events.service.js';

@ApiTags('runs')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/runs/:id/events')
export class RunEventsController {
  constructor(
    private readonly events: RunEventsService,
    private readonly stream: RunEventStream,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listRunEvents',
    summary: 'Events of a run: a page (Accept: application/json), or a live stream (text/event-stream)',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Resume the stream after this event' })
  @ApiOkResponse({ standardSchema: runEventPageSchema })
  async list(
    @Param({ schema: runParamSchema }) params: { id: string },
    @Query({ schema: pageQuerySchema }) query: PageQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (request.accepts(['text/event-stream', 'application/json']) === 'text/event-stream') {
      return this.stream.send(params.id, request.get('last-event-id'), response);
    }
    response.json(await this.events.list(params.id, query));
  }
}
