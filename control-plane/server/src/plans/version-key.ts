import { canonicalDigest, isPlainObject } from '../common/canonical-json.js';
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

/** Settings without the tokenizer, whose digest is a part of its own, and the places of what has a digest. */
function withoutPaths(settings: Readonly<Record<string, unknown>>): unknown {
  const { tokenizer: _tokenizer, ...kept } = settings;
  return dropPaths(kept);
}

/** Any value, where objects that have a digest lose their path. */
function dropPaths(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropPaths);
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'path' || !('sha256' in value));
  return Object.fromEntries(entries.map(([key, inner]) => [key, dropPaths(inner)]));
}
