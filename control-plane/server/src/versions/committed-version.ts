import { sha256Hex } from '../common/canonical-json.js';
import type { Manifest } from '../contracts/contracts.js';
import type { Stage } from '../contracts/stage.js';
import { ContractViolation, parseManifest } from '../contracts/validators.js';
import type { ObjectStorage } from '../storage/object-storage.js';
import { manifestUri, versionUri } from '../storage/store-layout.js';

/** A manifest in the store, read whole and checked. */
export interface CommittedVersion {
  readonly manifest: Manifest;
  readonly manifestUri: string;
  readonly manifestSha256: string;
}

export type Lookup =
  | { readonly state: 'absent' }
  | { readonly state: 'committed'; readonly version: CommittedVersion }
  /** There is a manifest, but it cannot be used. */
  | { readonly state: 'damaged'; readonly manifestUri: string; readonly reason: string };

const STAT_BATCH = 64;

/** Reads the manifest of a version and checks it: schema, key, and that every file is there with its size. */
export async function lookUpVersion(
  storage: ObjectStorage,
  stage: Stage,
  versionKey: string,
): Promise<Lookup> {
  const uri = manifestUri(storage.rootUri, stage, versionKey);
  const bytes = await storage.find(uri);
  if (bytes === null) return { state: 'absent' };
  try {
    const manifest = parseManifest(JSON.parse(bytes.toString('utf8')));
    const reason = identityFault(manifest, stage, versionKey) ?? (await filesFault(storage, manifest));
    if (reason !== null) return { state: 'damaged', manifestUri: uri, reason };
    return { state: 'committed', version: { manifest, manifestUri: uri, manifestSha256: sha256Hex(bytes) } };
  } catch (error) {
    if (!(error instanceof ContractViolation || error instanceof SyntaxError)) throw error;
    return { state: 'damaged', manifestUri: uri, reason: error.message };
  }
}

function identityFault(manifest: Manifest, stage: Stage, versionKey: string): string | null {
  if (manifest.stage !== stage) return `it is of stage ${manifest.stage}`;
  return manifest.versionKey === versionKey ? null : `it is of version ${manifest.versionKey}`;
}

async function filesFault(storage: ObjectStorage, manifest: Manifest): Promise<string | null> {
  const folder = versionUri(storage.rootUri, manifest.stage, manifest.versionKey) + manifest.prefix;
  for (let start = 0; start < manifest.files.length; start += STAT_BATCH) {
    const batch = manifest.files.slice(start, start + STAT_BATCH);
    const found = await Promise.all(batch.map((file) => storage.stat(folder + file.path)));
    for (const [index, file] of batch.entries()) {
      const bytes = found[index]?.bytes ?? null;
      if (bytes === null) return `its file ${file.path} is missing`;
      if (bytes !== file.bytes) return `its file ${file.path} has ${bytes} bytes, not ${file.bytes}`;
    }
  }
  return null;
}
