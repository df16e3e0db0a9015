import type { CorpusmillClient } from '@corpusmill/client';

import { CliError, EXIT } from '../errors.js';
import { parseManifest } from '../manifest/manifest.js';
import type { Manifest } from '../manifest/manifest.js';

/** A committed version and the way to its bytes. */
export interface VersionSource {
  readonly manifest: Manifest;
  /** Bytes `start` to `end` (exclusive) of a file. */
  readonly readFile: (path: string, start: number, end: number) => Promise<ArrayBuffer>;
  /** The version that this one was made of; null for extract. */
  readonly upstream: () => Promise<VersionSource | null>;
}

/** Opens a version of the catalog. */
export async function openVersion(
  client: CorpusmillClient,
  dataset: string,
  version: string,
): Promise<VersionSource> {
  const bytes = await client.getManifest(dataset, version, null);
  if (bytes === null) throw new CliError('MANIFEST_INVALID', EXIT.mismatch, 'the server sent no manifest');
  const { manifest } = parseManifest(bytes);
  return {
    manifest,
    readFile: (path, start, end) =>
      client.readFile({ dataset, version: manifest.versionKey, path }, start, end),
    upstream: async () => {
      const input = manifest.inputs[0];
      return input === undefined ? null : openVersion(client, input.dataset, input.versionKey);
    },
  };
}
