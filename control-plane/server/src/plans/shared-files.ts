import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ObjectStorage } from '../storage/object-storage.js';
import { sharedFileUri } from '../storage/store-layout.js';
import type { StepPlan } from './step-plan.js';

interface NamedFile {
  readonly uri: string;
  readonly sha256: string;
}

/**
 * The plan with every model and tokenizer file in the store, by its digest. Files that only this machine can read
 * are copied there, each once; jobs check the digests, and version keys never depend on where a file stands.
 */
export async function shareFiles(plan: StepPlan, storage: ObjectStorage): Promise<StepPlan> {
  const models = await Promise.all(plan.models.map((model) => share(model, storage)));
  if (plan.tokenizer === null) return { ...plan, models };
  const files = await Promise.all(plan.tokenizer.files.map((file) => share(file, storage)));
  return { ...plan, models, tokenizer: { ...plan.tokenizer, files } };
}

async function share<T extends NamedFile>(file: T, storage: ObjectStorage): Promise<T> {
  if (!isLocal(file.uri, storage)) return file;
  const uri = sharedFileUri(storage.rootUri, file.sha256, posix.basename(file.uri));
  if ((await storage.stat(uri)) === null) await storage.putFile(uri, fileURLToPath(file.uri));
  return { ...file, uri };
}

function isLocal(uri: string, storage: ObjectStorage): boolean {
  return uri.startsWith('file://') && !uri.startsWith(storage.rootUri);
}
