import type { RowGroup } from 'hyparquet';

/** Smallest and largest value of a column in a row group. */
export interface ColumnBounds {
  mayContain(value: string): boolean;
}

/** Parquet orders UTF-8 by bytes and JavaScript by UTF-16 units: the two agree on ASCII. */
const ASCII = /^[\x20-\x7e]*$/;

/** Bounds of a text column; null where the file has none that can be relied on. */
export function columnBounds(group: RowGroup, column: string): ColumnBounds | null {
  const chunk = group.columns.find((one) => one.meta_data?.path_in_schema.join('.') === column);
  const { min_value: smallest, max_value: largest } = chunk?.meta_data?.statistics ?? {};
  if (!isAscii(smallest) || !isAscii(largest)) return null;
  return { mayContain: (value) => !isAscii(value) || (smallest <= value && value <= largest) };
}

function isAscii(value: unknown): value is string {
  return typeof value === 'string' && ASCII.test(value);
}
