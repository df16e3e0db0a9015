import { RangeNotSatisfiable } from './datasets.errors.js';

/** Bytes `start` to `end`, both inclusive. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/**
 * What a Range header asks for of a file (RFC 9110, section 14): null for the whole file, also
 * where the header is not one range of bytes, or If-Range names another file.
 * Throws RangeNotSatisfiable.
 */
export function parseRange(
  range: string | undefined,
  ifRange: string | undefined,
  file: { bytes: number; etag: string },
): Slice | null {
  if (range === undefined || (ifRange !== undefined && ifRange !== file.etag)) return null;
  const parts = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  if (parts === null || (parts[1] === '' && parts[2] === '')) return null;
  const slice = toSlice(parts[1]!, parts[2]!, file.bytes);
  if (slice === null) return null;
  if (slice.start >= file.bytes || slice.end < slice.start) throw new RangeNotSatisfiable(range, file.bytes);
  return slice;
}

/** null for an end before the start, which makes the header invalid and thus ignored. */
function toSlice(first: string, last: string, bytes: number): Slice | null {
  if (first === '') return { start: Math.max(0, bytes - Number(last)), end: last === '0' ? -1 : bytes - 1 };
  if (last === '') return { start: Number(first), end: bytes - 1 };
  if (Number(last) < Number(first)) return null;
  return { start: Number(first), end: Math.min(Number(last), bytes - 1) };
}
