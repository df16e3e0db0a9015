import { pipeline } from 'node:stream/promises';
import { Controller, Get, Header, Headers, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiProblems } from '../common/http/api-problems.js';
import { etagOf } from '../common/http/etag.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/pagination.js';
import type { ManifestFile } from '../contracts/contracts.js';
import { parseRange, type Slice } from './byte-range.js';
import { RangeNotSatisfiable } from './datasets.errors.js';
import { DatasetsService } from './datasets.service.js';
import {
  type FileParam,
  fileParamSchema,
  type FileUrlDto,
  fileUrlSchema,
  type VersionFileDto,
  versionFilePageSchema,
  type VersionParam,
  versionParamSchema,
} from './dto/dataset.dto.js';
import type { VersionRow } from '../versions/version.entity.js';
import { VersionFilesService } from './version-files.service.js';

const BYTES = { schema: { type: 'string' as const, format: 'binary' } };

/** What a request asks for of a file. */
interface FileRequest {
  readonly file: ManifestFile;
  readonly slice: Slice | null;
}

@ApiTags('datasets')
@ApiBearerAuth()
@ApiProblems()
@Controller('v1/datasets/:name/versions/:version')
export class VersionFilesController {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly files: VersionFilesService,
  ) {}

  @Get('manifest')
  @Header('Content-Type', 'application/json')
  @ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'ETag of the copy that is there: answered with 304',
  })
  @ApiOperation({
    operationId: 'getManifest',
    summary: "The version's manifest, byte for byte; its ETag is its SHA-256",
  })
  @ApiOkResponse({ schema: { type: 'object' } })
  async manifest(
    @Param({ schema: versionParamSchema }) params: VersionParam,
    @Headers('if-none-match') known: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const { row } = await this.datasets.resolve(params.name, params.version);
    const etag = etagOf(row.manifestSha256);
    response.setHeader('ETag', etag);
    // Compared here: fetch adds "Cache-Control: no-cache" to conditional requests, for which Express never says 304.
    if (known?.split(',').some((tag) => tag.trim() === etag) === true) response.status(304).end();
    else response.send(await this.files.manifest(row));
  }

  @Get('files')
  @ApiOperation({ operationId: 'listFiles', summary: 'Files of a version by path' })
  @ApiOkResponse({ standardSchema: versionFilePageSchema })
  async list(
    @Param({ schema: versionParamSchema }) params: VersionParam,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<VersionFileDto>> {
    const { row } = await this.datasets.resolve(params.name, params.version);
    return this.files.list(row, query);
  }

  @Get('file-urls/*path')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    operationId: 'getFileUrl',
    summary: "A URL that serves a file's bytes, by ranges too, to whoever holds it, for at most 15 minutes",
    description: '`url` is null where the store has no such URLs: take the file from `files/{path}` then.',
  })
  @ApiOkResponse({ standardSchema: fileUrlSchema })
  async url(@Param({ schema: fileParamSchema }) params: FileParam): Promise<FileUrlDto> {
    const { row } = await this.datasets.resolve(params.name, params.version);
    const presigned = await this.files.presign(row, this.files.get(row, params.path));
    return { url: presigned?.url ?? null, expiresAt: presigned?.expiresAt.toISOString() ?? null };
  }

  @Get('files/*path')
  @ApiOperation({
    operationId: 'getFile',
    summary: 'Bytes of a file; its ETag is its SHA-256',
    description: 'A store that serves files itself is redirected to, but for requests with If-Range.',
  })
  @ApiHeader({ name: 'Range', required: false, description: 'One range of bytes' })
  @ApiHeader({ name: 'If-Range', required: false, description: 'ETag that the range is meant for' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ content: { 'application/octet-stream': BYTES } })
  @ApiResponse({ status: 206, description: 'The range', content: { 'application/octet-stream': BYTES } })
  @ApiResponse({ status: 307, description: 'Where the store serves the bytes, for at most 15 minutes' })
  async file(
    @Param({ schema: fileParamSchema }) params: FileParam,
    @Headers('if-range') ifRange: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { row } = await this.datasets.resolve(params.name, params.version);
    const file = this.files.get(row, params.path);
    const slice = rangeOf(file, request.headers.range, ifRange, response);
    if (request.method === 'HEAD') {
      writeHead({ file, slice }, response);
      response.end();
      return;
    }
    // The store knows another ETag than ours.
    const presigned = ifRange === undefined ? await this.files.presign(row, file) : null;
    if (presigned !== null) redirect(presigned.url, response);
    else await this.stream(row, { file, slice }, response);
  }

  private async stream(row: VersionRow, { file, slice }: FileRequest, response: Response): Promise<void> {
    const stream = await this.files.read(row, file, slice);
    writeHead({ file, slice }, response);
    // A client that goes away, or a store that breaks off, ends the connection: the status is sent already.
    await pipeline(stream, response).catch(() => response.destroy());
  }
}

function redirect(url: string, response: Response): void {
  response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  response.redirect(307, url);
}

function rangeOf(
  file: ManifestFile,
  range: string | undefined,
  ifRange: string | undefined,
  response: Response,
): Slice | null {
  try {
    return parseRange(range, ifRange, { bytes: file.bytes, etag: etagOf(file.sha256) });
  } catch (error) {
    if (error instanceof RangeNotSatisfiable) response.setHeader('Content-Range', `bytes */${file.bytes}`);
    throw error;
  }
}

function writeHead({ file, slice }: FileRequest, response: Response): void {
  const bytes = slice === null ? file.bytes : slice.end - slice.start + 1;
  response.status(slice === null ? 200 : 206).set({
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(bytes),
    'Content-Disposition': `attachment; filename="${file.path.slice(file.path.lastIndexOf('/') + 1)}"`,
    'X-Content-Type-Options': 'nosniff',
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-transform',
    ETag: etagOf(file.sha256),
    ...(slice !== null && { 'Content-Range': `bytes ${slice.start}-${slice.end}/${file.bytes}` }),
  });
}
