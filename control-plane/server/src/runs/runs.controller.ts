import {
  applyDecorators,
  Body,
  Controller,
  Get,
  Headers,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiProblems } from '../common/http/api-problems.js';
import { etagOf } from '../common/http/etag.js';
import type { Page } from '../common/http/pagination.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import { type RecipeRequest, recipeRequestSchema } from '../recipes/dto/recipe.dto.js';
import {
  type RunDto,
  type RunListQuery,
  runListQuerySchema,
  runPageSchema,
  runParamSchema,
  runSchema,
  type StepDto,
  stepListSchema,
} from './dto/run.dto.js';
import { RunCommandsService } from './run-commands.service.js';
import { RunsService } from './runs.service.js';

const IDEMPOTENCY_HEADER = {
  name: 'Idempotency-Key',
  required: true,
  description: '1 to 255 characters, kept 24 h',
};
const MATCH_HEADER = { name: 'If-Match', required: true, description: 'ETag of the run' };

/** `POST :id/NAME`, which changes the run that If-Match names, once for each Idempotency-Key. */
function RunChange(name: string, summary: string): MethodDecorator {
  return applyDecorators(
    Post(`:id/${name}`),
    ApiOperation({ operationId: `${name}Run`, summary }),
    ApiHeader(MATCH_HEADER),
    ApiHeader(IDEMPOTENCY_HEADER),
    ApiAcceptedResponse({ standardSchema: runSchema }),
  );
}

@ApiTags('runs')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/runs')
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly commands: RunCommandsService,
    private readonly idempotency: IdempotencyService,
  ) {}

  @Post()
  @ApiOperation({ operationId: 'createRun', summary: 'Submit a recipe' })
  @ApiHeader(IDEMPOTENCY_HEADER)
  @ApiAcceptedResponse({ standardSchema: runSchema, headers: { Location: { schema: { type: 'string' } } } })
  create(
    @Body({ schema: recipeRequestSchema }) body: RecipeRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    return this.idempotency.answer(request, response, (complete) => this.commands.create(body, complete));
  }

  @Get()
  @ApiOperation({ operationId: 'listRuns', summary: 'Runs, newest first' })
  @ApiOkResponse({ standardSchema: runPageSchema })
  list(@Query({ schema: runListQuerySchema }) query: RunListQuery): Promise<Page<RunDto>> {
    return this.runs.list(query);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getRun', summary: 'One run with its steps and attempts' })
  @ApiOkResponse({ standardSchema: runSchema, headers: { ETag: { schema: { type: 'string' } } } })
  async get(
    @Param({ schema: runParamSchema }) params: { id: string },
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RunDto> {
    const run = await this.runs.get(params.id);
    delete request.headers['if-none-match']; // the ETag counts states, not progress: never answer 304 by it
    response.setHeader('ETag', etagOf(run.revision));
    return run;
  }

  @Get(':id/steps')
  @ApiOperation({ operationId: 'listSteps', summary: 'The steps of a run, in order' })
  @ApiOkResponse({ standardSchema: stepListSchema })
  async steps(
    @Param({ schema: runParamSchema }) params: { id: string },
  ): Promise<{ items: readonly StepDto[] }> {
    return { items: (await this.runs.get(params.id)).steps };
  }

  @RunChange('cancel', 'End a run; its committed steps stay')
  cancel(
    @Param({ schema: runParamSchema }) params: { id: string },
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    return this.idempotency.answer(request, response, (complete) =>
      this.commands.cancel({ runId: params.id, ifMatch }, complete),
    );
  }

  @RunChange('retry', 'Go on with a failed or cancelled run')
  retry(
    @Param({ schema: runParamSchema }) params: { id: string },
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    return this.idempotency.answer(request, response, (complete) =>
      this.commands.retry({ runId: params.id, ifMatch }, complete),
    );
  }

  @RunChange('approve', 'Commit the version of the step that waits for approval')
  approve(
    @Param({ schema: runParamSchema }) params: { id: string },
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    return this.idempotency.answer(request, response, (complete) =>
      this.commands.approve({ runId: params.id, ifMatch }, complete),
    );
  }

  @RunChange('deny', 'Fail the step that waits for approval; its version is never committed')
  deny(
    @Param({ schema: runParamSchema }) params: { id: string },
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    return this.idempotency.answer(request, response, (complete) =>
      this.commands.deny({ runId: params.id, ifMatch }, complete),
    );
  }
}
