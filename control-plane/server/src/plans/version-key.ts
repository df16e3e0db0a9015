import { canonicalDigest } from '../common/canonical-json.js';
import type { JobModel, JobTokenizer } from '../contracts/contracts.js';
import type { Stage } from '../contracts/stage.js';
import type { ResolvedSource } from '../recipes/source-files.js';

/** Everything that decides the bytes of a stage's output. */
export interface VersionKeyParts {
  readonly stage: Stage;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly codeVersion: string;
  /** Version keys of the inputs; a key stands for everything before it. */
  readonly inputs: readonly string[];
  /** extract only */
  readonly sources: readonly ResolvedSource[];
  readonly models: readonly JobModel[];
  readonly tokenizer: JobTokenizer | null;
}

/**
 * SHA-256 of the canonical JSON of the parts. Models and tokenizers count by digest and never by path; source
 * files by name, place, size and time of change, so that planning never reads their bytes.
 */
export function versionKeyOf(parts: VersionKeyParts): string {
  return canonicalDigest({
    stage: parts.stage,
    settings: withoutPaths(parts.settings),
    codeVersion: parts.codeVersion,
    inputs: parts.inputs,
    sources: parts.sources.map(({ name, kind, domain, files }) => ({
      name,
      kind,
      domain,
      files: files.map(({ uri, location, bytes, modifiedNs }) => ({ uri, location, bytes, modifiedNs })),
    })),
    models: parts.models.map(({ name, sha256 }) => ({ name, sha256 })),
    tokenizer: parts.tokenizer && { sha256: parts.tokenizer.sha256, endOfText: parts.tokenizer.endOfText },
  });
}

/** Settings without the places of models and of the tokenizer, whose digests are parts of their own. */
function withoutPaths(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { tokenizer: _tokenizer, ...kept } = settings;
  if (!Array.isArray(kept['models'])) return kept;
  const models = (kept['models'] as readonly Record<string, unknown>[]).map(
    ({ path: _path, ...model }) => model,
  );
  return { ...kept, models };
}
