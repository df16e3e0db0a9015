import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiProblems } from '../common/http/api-problems.js';
import { etagOf } from '../common/http/etag.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/pagination.js';
import { DatasetsService, toVersionDto } from './datasets.service.js';
import { DocumentsService } from './documents.service.js';
import {
  type DatasetDto,
  type DatasetListQuery,
  datasetListQuerySchema,
  datasetPageSchema,
  datasetParamSchema,
  datasetSchema,
  documentPageSchema,
  type DocumentQuery,
  documentQuerySchema,
  type LineageDto,
  lineageSchema,
  type VersionDto,
  versionPageSchema,
  type VersionParam,
  versionParamSchema,
  versionSchema,
} from './dto/dataset.dto.js';
import { buildLineage } from './lineage.js';
import type { Row } from './version-rows.service.js';

@ApiTags('datasets')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/datasets')
export class DatasetsController {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly documents: DocumentsService,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listDatasets', summary: 'Datasets by name, each with its latest version' })
  @ApiOkResponse({ standardSchema: datasetPageSchema })
  list(@Query({ schema: datasetListQuerySchema }) query: DatasetListQuery): Promise<Page<DatasetDto>> {
    return this.datasets.list(query);
  }

  @Get(':name')
  @ApiOperation({ operationId: 'getDataset', summary: 'One dataset' })
  @ApiOkResponse({ standardSchema: datasetSchema })
  get(@Param({ schema: datasetParamSchema }) params: { name: string }): Promise<DatasetDto> {
    return this.datasets.get(params.name);
  }

  @Get(':name/versions')
  @ApiOperation({ operationId: 'listVersions', summary: 'Versions of a dataset, the latest first' })
  @ApiOkResponse({ standardSchema: versionPageSchema })
  versions(
    @Param({ schema: datasetParamSchema }) params: { name: string },
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<VersionDto>> {
    return this.datasets.listVersions(params.name, query);
  }

  @Get(':name/versions/:version')
  @ApiOperation({
    operationId: 'getVersion',
    summary: 'One version; its ETag is the SHA-256 of its manifest',
  })
  @ApiOkResponse({ standardSchema: versionSchema, headers: { ETag: { schema: { type: 'string' } } } })
  async version(
    @Param({ schema: versionParamSchema }) params: VersionParam,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<VersionDto> {
    const version = toVersionDto(await this.datasets.resolve(params.name, params.version));
    delete request.headers['if-none-match']; // aliases change while the ETag stays: never answer 304 by it
    response.setHeader('ETag', etagOf(version.manifestSha256));
    return version;
  }

  @Get(':name/versions/:version/lineage')
  @ApiOperation({ operationId: 'getLineage', summary: 'What a version was made of, down to the sources' })
  @ApiOkResponse({ standardSchema: lineageSchema })
  async lineage(@Param({ schema: versionParamSchema }) params: VersionParam): Promise<LineageDto> {
    const { dataset, row } = await this.datasets.resolve(params.name, params.version);
    return buildLineage(dataset, await this.datasets.ancestry(row));
  }

  @Get(':name/versions/:version/documents')
  @ApiOperation({
    operationId: 'listDocuments',
    summary: 'Rows of a version; columns as in docs/contracts/document.md',
  })
  @ApiOkResponse({ standardSchema: documentPageSchema })
  async listDocuments(
    @Param({ schema: versionParamSchema }) params: VersionParam,
    @Query({ schema: documentQuerySchema }) query: DocumentQuery,
  ): Promise<Page<Row>> {
    const { row } = await this.datasets.resolve(params.name, params.version);
    return this.documents.list(row, query);
  }
}
