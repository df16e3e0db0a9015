import { Injectable } from '@nestjs/common';
import type { ManifestFile } from '../contracts/contracts.js';
import type { ParquetFile } from '../datasets/parquet-file.js';
import { type Row, rowGroups, VersionRowsService } from '../datasets/version-rows.service.js';
import type { VersionRow } from '../versions/version.entity.js';
import { FileNotFound } from '../datasets/datasets.errors.js';
import { shortKey } from '../datasets/datasets.service.js';
import type { TraceShardDto } from './dto/trace.dto.js';
import { TokenNotFound } from './trace.errors.js';

/** The piece of a document that a token belongs to. */
export interface TokenPiece {
  readonly docId: string;
  /** Index of the token in the document's own stream. */
  readonly documentToken: number;
}

/** Reads the sidecars of shards: which document a token is of, and where a document's tokens are. */
@Injectable()
export class SidecarService {
  constructor(private readonly rows: VersionRowsService) {}

  /** Throws FileNotFound for a path that is no shard, TokenNotFound beyond its end. */
  async findPiece(version: VersionRow, path: string, token: number): Promise<TokenPiece> {
    const shard = version.manifest.files.find((file) => file.role === 'shard' && file.path === path);
    const sidecar = version.manifest.files.find(
      (file) => file.role === 'sidecar' && file.path === sidecarPath(path),
    );
    if (shard === undefined || sidecar === undefined) throw new FileNotFound(shortKey(version.key), path);
    const row = await this.findRow(await this.rows.open(version, sidecar), token);
    if (row === null) throw new TokenNotFound(path, token, shard.tokens ?? 0);
    return {
      docId: String(row['doc_id']),
      documentToken: Number(row['doc_offset']) + token - Number(row['first_token']),
    };
  }

  /** Every place of a document in the version's shards, in the order of the manifest. */
  async findPlaces(version: VersionRow, docId: string): Promise<TraceShardDto[]> {
    const places: TraceShardDto[] = [];
    for (const shard of version.manifest.files.filter((file) => file.role === 'shard')) {
      const sidecar = version.manifest.files.find(
        (file) => file.role === 'sidecar' && file.path === sidecarPath(shard.path),
      );
      if (sidecar === undefined) continue;
      const file = await this.rows.open(version, sidecar);
      const rows = await this.rows.findAll(file, { column: 'doc_id', value: docId });
      places.push(...rows.map((row) => toPlace(shard, row)));
    }
    return places;
  }

  /** Pieces follow each other without a gap: the row group, then the row, whose tokens hold the index. */
  private async findRow(file: ParquetFile, token: number): Promise<Row | null> {
    for (const { range } of rowGroups(file.metadata)) {
      const last = await this.rows.read(file, { start: range.end - 1, end: range.end });
      if (token >= Number(last[0]?.['first_token']) + Number(last[0]?.['token_count'])) continue;
      const firstTokens = await this.rows.readColumn(file, 'first_token', range);
      const index = lastAtMost(firstTokens.map(Number), token);
      const rows =
        index === -1
          ? []
          : await this.rows.read(file, { start: range.start + index, end: range.start + index + 1 });
      return rows[0] ?? null;
    }
    return null;
  }
}

/** Path of the sidecar beside a shard. */
function sidecarPath(shardPath: string): string {
  return shardPath.replace(/\.(?:bin|tfrecord)$/, '.docs.parquet');
}

/** Index of the last of ascending values that is at most `value`; -1 where none is. */
function lastAtMost(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function toPlace(shard: ManifestFile, row: Row): TraceShardDto {
  return {
    file: shard.path,
    format: shard.format === 'parquet' ? 'llmc' : shard.format,
    firstToken: Number(row['first_token']),
    tokenCount: Number(row['token_count']),
    docOffset: Number(row['doc_offset']),
    epoch: Number(row['epoch']),
  };
}
