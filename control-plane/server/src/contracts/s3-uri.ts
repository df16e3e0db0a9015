/** Bucket and key of an object; the key is literal, without percent escapes. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

const S3_URI = /^s3:\/\/([^/]+)\/(.*)$/s;
/** Names of buckets (S3 user guide, "General purpose bucket naming rules"). */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Keys of a store need no escapes in any language's URIs. */
const STORE_PREFIX = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/;

export function isS3Uri(uri: string): boolean {
  return /^s3:\/\//i.test(uri);
}

/** null for what is no s3://bucket/key. */
export function parseS3Uri(uri: string): S3Place | null {
  const parts = S3_URI.exec(uri);
  return parts === null || !BUCKET.test(parts[1]!) ? null : { bucket: parts[1]!, key: parts[2]! };
}

/** The root URI of a store, with a slash at its end; null where `value` is no s3://bucket or s3://bucket/prefix. */
export function parseS3Root(value: string): string | null {
  const uri = value.endsWith('/') ? value : `${value}/`;
  const place = parseS3Uri(uri);
  return place === null || !STORE_PREFIX.test(place.key) ? null : uri;
}
