import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Manifest } from '../contracts/contracts.js';
import type { Stage } from '../contracts/stage.js';

/** One committed stage output: the catalog's copy of a manifest. Never changed. */
export const VersionEntity = defineEntity({
  name: 'Version',
  tableName: 'versions',
  indexes: [{ properties: ['stage', 'createdAt'] }],
  properties: {
    key: p.string().length(64).primary(),
    stage: p.string().length(16).$type<Stage>(),
    runId: p.string().length(64),
    manifest: p.json<Manifest>(),
    manifestUri: p.text(),
    manifestSha256: p.string().length(64),
    /** Bytes that the stage read; feeds the plan's estimates. */
    bytesIn: p.bigint('number').nullable(),
    /** Bytes of all files that the manifest names. */
    bytes: p.bigint('number'),
    wallSeconds: p.double(),
    createdAt: p.datetime(3),
  },
});

export type VersionRow = InferEntity<typeof VersionEntity>;

/** A version as a member of a named series. `usedAt`: when a run last ended with it; the newest is `latest`. */
export const DatasetVersionEntity = defineEntity({
  name: 'DatasetVersion',
  tableName: 'dataset_versions',
  uniques: [{ properties: ['dataset', 'versionKey'] }],
  indexes: [{ properties: ['dataset', 'usedAt'] }],
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    dataset: p.string().length(100),
    versionKey: p.string().length(64).index(),
    /** The run that last ended with it. */
    runId: p.string().length(64),
    createdAt: p.datetime(3),
    usedAt: p.datetime(3),
  },
});
