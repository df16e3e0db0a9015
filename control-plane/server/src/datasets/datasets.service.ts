import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { decodeCursor, type Page, type PageQuery, toPage } from '../common/http/pagination.js';
import type { Counts, Manifest } from '../contracts/contracts.js';
import type { Stage } from '../contracts/stage.js';
import { Database } from '../database/database.js';
import { VersionEntity, type VersionRow } from '../versions/version.entity.js';
import { DatasetNotFound, DatasetVersionNotFound, VersionAmbiguous } from './datasets.errors.js';
import type { DatasetDto, DatasetListQuery, VersionDto } from './dto/dataset.dto.js';

/** A version as a member of a dataset. */
export interface DatasetVersion {
  readonly dataset: string;
  readonly isLatest: boolean;
  readonly row: VersionRow;
  /** `stages.tokenize.chunks.maxTokens` of the recipe that last led to it. */
  readonly chunkTokens: number | null;
}

interface DatasetRow {
  readonly name: string;
  readonly stage: Stage;
  readonly version_key: string;
  readonly used_at: Date | string;
  readonly bytes: string | number;
  readonly counts: Counts;
  readonly versions: string | number;
}

interface MemberRow {
  readonly id: string | number;
  readonly version_key: string;
  readonly used_at: Date | string;
}

const SHORT_KEY_DIGITS = 12;

/** First digits of a version key, as versions are named. */
export function shortKey(versionKey: string): string {
  return versionKey.slice(0, SHORT_KEY_DIGITS);
}

/** Reads the catalog: datasets, their versions, and what a version was made of. */
@Injectable()
export class DatasetsService {
  constructor(private readonly database: Database) {}

  /** Datasets by name. */
  async list(query: DatasetListQuery): Promise<Page<DatasetDto>> {
    const after = decodeCursor(query.cursor, 1)?.[0] ?? '';
    const rows = await this.database.read((em) =>
      findDatasets(em, { after: String(after), name: query.name ?? '', limit: query.limit + 1 }),
    );
    return toPage(rows.map(toDatasetDto), query.limit, (dataset) => [dataset.name]);
  }

  async get(name: string): Promise<DatasetDto> {
    const rows = await this.database.read((em) =>
      findDatasets(em, { exact: name, after: '', name: '', limit: 1 }),
    );
    if (rows[0] === undefined) throw new DatasetNotFound(name);
    return toDatasetDto(rows[0]);
  }

  /** Versions of a dataset, the latest first. */
  async listVersions(name: string, query: PageQuery): Promise<Page<VersionDto>> {
    const before = decodeCursor(query.cursor, 2);
    return this.database.read(async (em) => {
      const latest = await findLatest(em, name);
      if (latest === null) throw new DatasetNotFound(name);
      const page = toPage(await findMembers(em, name, before, query.limit + 1), query.limit, (member) => [
        new Date(member.used_at).toISOString(),
        Number(member.id),
      ]);
      const found = await em.find(VersionEntity, {
        key: { $in: page.items.map((member) => member.version_key) },
      });
      const byKey = new Map(found.map((row) => [row.key, row]));
      const chunks = await findChunkTokens(em, name, [...byKey.keys()]);
      const items = page.items.flatMap((member) => {
        const row = byKey.get(member.version_key);
        if (row === undefined) return [];
        const chunkTokens = chunks.get(row.key) ?? null;
        return [toVersionDto({ dataset: name, isLatest: row.key === latest, row, chunkTokens })];
      });
      return { items, nextCursor: page.nextCursor };
    });
  }

  /**
   * The version that a name and version (hex digits or `latest`) mean.
   * Throws DatasetNotFound, DatasetVersionNotFound, VersionAmbiguous.
   */
  async resolve(name: string, version: string): Promise<DatasetVersion> {
    return this.database.read(async (em) => {
      const latest = await findLatest(em, name);
      if (latest === null) throw new DatasetNotFound(name);
      const key = version === 'latest' ? latest : await findByPrefix(em, name, version);
      const row = await em.findOne(VersionEntity, { key });
      if (row === null) throw new DatasetVersionNotFound(name, version);
      const chunkTokens = (await findChunkTokens(em, name, [row.key])).get(row.key) ?? null;
      return { dataset: name, isLatest: key === latest, row, chunkTokens };
    });
  }

  /**
   * A version and everything it was made of, itself first, then inputs before their own inputs.
   * A version whose row is gone ends its branch.
   */
  async ancestry(row: VersionRow): Promise<readonly VersionRow[]> {
    return this.database.read(async (em) => {
      const found = new Map([[row.key, row]]);
      let open = inputKeys(row.manifest);
      while (open.length > 0) {
        const rows = await em.find(VersionEntity, { key: { $in: open.filter((key) => !found.has(key)) } });
        for (const next of rows) found.set(next.key, next);
        open = rows.flatMap((next) => inputKeys(next.manifest)).filter((key) => !found.has(key));
      }
      return [...found.values()];
    });
  }

  /**
   * A version and those that its documents came through, itself first. Versions that a stage only compared with are
   * not among them: the first input is what the documents are of.
   */
  async line(row: VersionRow): Promise<readonly VersionRow[]> {
    const byKey = new Map((await this.ancestry(row)).map((one) => [one.key, one]));
    const found: VersionRow[] = [];
    for (let next: VersionRow | undefined = row; next !== undefined;) {
      found.push(next);
      next = byKey.get(inputKeys(next.manifest)[0] ?? '');
    }
    return found;
  }
}

export function toVersionDto({ dataset, isLatest, row, chunkTokens }: DatasetVersion): VersionDto {
  const { manifest } = row;
  return {
    dataset,
    id: shortKey(row.key),
    versionKey: row.key,
    stage: row.stage,
    createdAt: row.createdAt.toISOString(),
    runId: row.runId,
    aliases: isLatest ? ['latest'] : [],
    counts: manifest.counts,
    tokens: manifest.counts.tokens,
    bytes: row.bytes,
    files: manifest.files.length,
    contentDigests: manifest.contentDigests,
    manifestSha256: row.manifestSha256,
    codeVersion: manifest.codeVersion,
    settings: manifest.settings,
    chunkTokens,
    tokenizer: manifest.tokenizer,
  };
}

function toDatasetDto(row: DatasetRow): DatasetDto {
  return {
    name: row.name,
    stage: row.stage,
    latest: shortKey(row.version_key),
    versions: Number(row.versions),
    updatedAt: new Date(row.used_at).toISOString(),
    documents: row.counts.kept,
    tokens: row.counts.tokens,
    bytes: Number(row.bytes),
  };
}

interface DatasetFilter {
  readonly exact?: string;
  readonly after: string;
  readonly name: string;
  readonly limit: number;
}

async function findDatasets(em: EntityManager, filter: DatasetFilter): Promise<DatasetRow[]> {
  const condition = filter.exact === undefined ? 'dataset > ? and position(? in dataset) > 0' : 'dataset = ?';
  const values = filter.exact === undefined ? [filter.after, filter.name] : [filter.exact];
  return em.execute<DatasetRow[]>(
    `select d.dataset as name, v.stage, d.version_key, d.used_at, v.bytes, v.manifest->'counts' as counts,
            (select count(*) from dataset_versions o where o.dataset = d.dataset) as versions
     from (select distinct on (dataset) dataset, version_key, used_at from dataset_versions
           where ${condition} order by dataset, used_at desc, id desc limit ?) d
     join versions v on v.key = d.version_key order by d.dataset`,
    [...values, filter.limit],
  );
}

/** By version key; the recipe is that of the last run that ended with the version. */
async function findChunkTokens(
  em: EntityManager,
  name: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (keys.length === 0) return new Map();
  const rows = await em.execute<{ version_key: string; max_tokens: string | null }[]>(
    `select d.version_key, c.recipe->'stages'->'tokenize'->'chunks'->>'maxTokens' as max_tokens
     from dataset_versions d join runs r on r.id = d.run_id join recipes c on c.digest = r.recipe_digest
     where d.dataset = ? and d.version_key in (${keys.map(() => '?').join(', ')})`,
    [name, ...keys],
  );
  return new Map(
    rows.flatMap(({ version_key: key, max_tokens: most }) => (most === null ? [] : [[key, Number(most)]])),
  );
}

async function findLatest(em: EntityManager, name: string): Promise<string | null> {
  const rows = await findMembers(em, name, null, 1);
  return rows[0]?.version_key ?? null;
}

function findMembers(
  em: EntityManager,
  name: string,
  before: readonly (string | number)[] | null,
  limit: number,
): Promise<MemberRow[]> {
  const condition = before === null ? '' : 'and (used_at, id) < (?::timestamptz, ?::bigint)';
  return em.execute<MemberRow[]>(
    `select id, version_key, used_at from dataset_versions where dataset = ? ${condition} order by used_at desc, id desc limit ?`,
    [name, ...(before ?? []), limit],
  );
}

async function findByPrefix(em: EntityManager, name: string, prefix: string): Promise<string> {
  const rows = await em.execute<{ version_key: string }[]>(
    'select version_key from dataset_versions where dataset = ? and starts_with(version_key, ?) limit 2',
    [name, prefix],
  );
  if (rows[0] === undefined) throw new DatasetVersionNotFound(name, prefix);
  if (rows.length > 1) throw new VersionAmbiguous(name, prefix);
  return rows[0].version_key;
}

function inputKeys(manifest: Manifest): string[] {
  return manifest.inputs.map((input) => input.versionKey);
}
