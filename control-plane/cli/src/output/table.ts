import { displayWidth, sanitizeLine, truncate } from './text.js';

/** One column of a table. */
export interface Column<Row> {
  readonly header: string;
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** Widest the column gets, in terminal columns. */
  readonly maxWidth?: number;
  /** Paints a cell after it was laid out. */
  readonly paint?: (text: string, row: Row) => string;
}

/**
 * Lays rows out under headers, two blanks between columns, no trailing blanks. Cell values are
 * sanitized, so that data can never move the cursor or colour the terminal.
 */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => cellOf(column, row)));
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.header), ...cells.map((line) => displayWidth(line[index] ?? ''))),
  );
  const header = columns.map((column, index) => pad(column.header, widths[index] ?? 0, column.align));
  const lines = cells.map((line, rowIndex) =>
    line.map((cell, index) => {
      const column = columns[index];
      const padded = pad(cell, widths[index] ?? 0, column?.align);
      const row = rows[rowIndex];
      return column?.paint && row !== undefined ? column.paint(padded, row) : padded;
    }),
  );
  return [header, ...lines].map((line) => `${line.join('  ').trimEnd()}\n`).join('');
}

/** Lays out `name  value` lines; pairs whose value is null are left out. */
export function renderFields(pairs: readonly (readonly [string, string | null])[]): string {
  const shown = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== null);
  const width = Math.max(0, ...shown.map(([name]) => displayWidth(name)));
  return shown
    .map(([name, value]) => `${pad(name, width)}  ${sanitizeLine(value)}`.trimEnd() + '\n')
    .join('');
}

function cellOf<Row>(column: Column<Row>, row: Row): string {
  const text = sanitizeLine(column.value(row));
  return column.maxWidth === undefined ? text : truncate(text, column.maxWidth);
}

function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + blanks : blanks + text;
}
