import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/http/api-problems.js';
import {
  type ExplanationDto,
  type ExplanationRequest,
  explanationRequestSchema,
  explanationSchema,
} from './dto/explanation.dto.js';
import { ExplanationsService } from './explanations.service.js';

@ApiTags('explanations')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/explanations')
export class ExplanationsController {
  constructor(private readonly explanations: ExplanationsService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'explainText',
    summary: "What each rule of a recipe's filter says of one text; nothing is stored",
  })
  @ApiOkResponse({ standardSchema: explanationSchema })
  create(@Body({ schema: explanationRequestSchema }) body: ExplanationRequest): Promise<ExplanationDto> {
    return this.explanations.explain(body);
  }
}
