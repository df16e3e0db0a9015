import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { OBJECT_STORAGE } from '../common/tokens.js';
import type { JobInput, JobSpec } from '../contracts/contracts.js';
import type { Stage } from '../contracts/stage.js';
import { Database } from '../database/database.js';
import type { ObjectStorage } from '../storage/object-storage.js';
import { type CommittedVersion, type Lookup, lookUpVersion } from './committed-version.js';
import { VersionEntity, type VersionRow } from './version.entity.js';

/** What decides whether a filter version measured the same input with the same code. */
type FilterPlan = Pick<JobSpec, 'codeVersion' | 'inputs'>;

/** Versions that a job looks through for one that was measured alike. */
const MAX_ALIKE = 8;

/** A version as the catalog takes it in. */
export interface CatalogEntry {
  readonly version: CommittedVersion;
  /** Series that the version belongs to. */
  readonly datasets: readonly string[];
  /** The run that ended with it, which is not always the one that made it. */
  readonly runId: string;
  readonly now: Date;
}

/** The catalog: which versions there are, and of which datasets. Manifests in the store decide. */
@Injectable()
export class VersionsService {
  constructor(
    private readonly database: Database,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
  ) {}

  /** Looks a version up in the store: the catalog's row alone proves nothing. */
  lookUp(stage: Stage, versionKey: string): Promise<Lookup> {
    return lookUpVersion(this.storage, stage, versionKey);
  }

  /** The catalog's row; null where the version is not known. */
  async find(versionKey: string): Promise<VersionRow | null> {
    return this.database.read((em) => em.findOne(VersionEntity, { key: versionKey }));
  }

  /**
   * Filter versions of the same code and input that were entered before `before`, newest first: their values may serve
   * other thresholds. The same answer whenever it is asked again.
   */
  async findAlike(plan: FilterPlan, before: Date): Promise<readonly JobInput[]> {
    const [input] = plan.inputs;
    if (input === undefined) return [];
    const rows = await this.database.read((em) =>
      em.execute<{ key: string; dataset: string; uri: string }[]>(
        `select key, manifest->>'dataset' as dataset, manifest_uri as uri from versions
         where stage = 'filter' and manifest->>'codeVersion' = ? and manifest->'inputs'->0->>'versionKey' = ?
           and created_at < ? order by created_at desc, key limit ?`,
        [plan.codeVersion, input.versionKey, before, MAX_ALIKE],
      ),
    );
    return rows.map(({ key, dataset, uri }) => ({
      dataset,
      stage: 'filter',
      versionKey: key,
      manifestUri: uri,
    }));
  }

  /** Enters a committed version and its datasets; a version that is known is left as it is. */
  async register(em: EntityManager, entry: CatalogEntry): Promise<void> {
    await insertVersion(em, entry, await bytesRead(em, entry));
    for (const dataset of entry.datasets) {
      await em.execute(
        `insert into dataset_versions (dataset, version_key, run_id, created_at, used_at) values (?, ?, ?, ?, ?)
         on conflict (dataset, version_key) do update set used_at = excluded.used_at, run_id = excluded.run_id`,
        [dataset, entry.version.manifest.versionKey, entry.runId, entry.now, entry.now],
      );
    }
  }

  /** Bytes per second of each stage over its last versions; feeds the plan's estimates. */
  async bytesPerSecond(): Promise<ReadonlyMap<Stage, number>> {
    const rows = await this.database.read((em) =>
      em.execute<{ stage: Stage; speed: number }[]>(
        `select stage, (sum(bytes_in) / nullif(sum(wall_seconds), 0))::float8 as speed
         from (select stage, bytes_in, wall_seconds, row_number() over (partition by stage order by created_at desc) as recency
               from versions where bytes_in is not null) recent
         where recency <= 20 group by stage`,
      ),
    );
    return new Map(rows.filter((row) => row.speed > 0).map((row) => [row.stage, row.speed]));
  }
}

async function insertVersion(em: EntityManager, entry: CatalogEntry, bytesIn: number | null): Promise<void> {
  const { manifest, manifestUri, manifestSha256 } = entry.version;
  await em.upsert(
    VersionEntity,
    {
      key: manifest.versionKey,
      stage: manifest.stage,
      runId: manifest.runId,
      manifest,
      manifestUri,
      manifestSha256,
      bytesIn,
      bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
      wallSeconds: manifest.timings.wallSeconds,
      createdAt: entry.now,
    },
    { onConflictFields: ['key'], onConflictAction: 'ignore' },
  );
}

/** extract: bytes of its sources; other stages: bytes of the versions they read; null where one is not known. */
async function bytesRead(em: EntityManager, { version: { manifest } }: CatalogEntry): Promise<number | null> {
  if (manifest.inputs.length === 0) return manifest.sources.reduce((sum, source) => sum + source.bytes, 0);
  const keys = manifest.inputs.map((input) => input.versionKey);
  const inputs = await em.find(VersionEntity, { key: { $in: keys } }, { fields: ['key', 'bytes'] });
  return inputs.length === keys.length ? inputs.reduce((sum, input) => sum + input.bytes, 0) : null;
}
