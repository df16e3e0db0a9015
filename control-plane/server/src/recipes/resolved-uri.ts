import type { ErrorItem } from '../common/errors.js';

/** A file that a source names, as found now. */
export interface ResolvedFile {
  /** As the recipe writes it, the glob filled in. */
  readonly uri: string;
  /** Absolute file:// or s3:// URI. */
  readonly location: string;
  /** null where there is no such file. */
  readonly bytes: number | null;
  /** Nanoseconds since 1970 as decimal digits; null where there is no such file. */
  readonly modifiedNs: string | null;
}

/** What one URI of a source leads to. */
export interface ResolvedUri {
  readonly files: readonly ResolvedFile[];
  readonly problems: readonly ErrorItem[];
}

/** A URI that cannot be used. */
export function refuse(pointer: string, message: string): ResolvedUri {
  return { files: [], problems: [{ pointer, message }] };
}

/** Says that a folder was named where a file must be. */
export function folderProblem(uri: string): string {
  return `${JSON.stringify(uri)} is a folder; name its files, as in ${JSON.stringify(`${uri.replace(/\/$/, '')}/*`)}`;
}
