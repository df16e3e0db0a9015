import { UsageError } from './errors.js';

/** A dataset and one of its versions, as `NAME[@VERSION]`. */
export interface VersionReference {
  readonly name: string;
  /** Hex digits of the version key, or `latest`. */
  readonly version: string;
}

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\/[a-z]+)?$/;
const VERSION = /^(?:[0-9a-f]{12,64}|latest)$/;

/** Parses `web-demo`, `web-demo/filter`, `web-demo@0123456789ab`, `web-demo@latest`. */
export function parseVersionReference(text: string): VersionReference {
  const at = text.indexOf('@');
  const name = parseDatasetName(at === -1 ? text : text.slice(0, at));
  const version = at === -1 ? 'latest' : text.slice(at + 1);
  if (VERSION.test(version)) return { name, version };
  throw new UsageError(
    `${JSON.stringify(version)} is no version: give its first 12 or more hex digits, or latest`,
  );
}

/** Parses a dataset name without a version. */
export function parseDatasetName(text: string): string {
  if (NAME.test(text)) return text;
  throw new UsageError(
    `${JSON.stringify(text)} is no dataset name: it looks like web-demo or web-demo/filter`,
  );
}
