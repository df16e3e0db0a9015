/** JSON for `--json`: two blanks of indent and a final newline; 64-bit integers as numbers where exact. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, jsonValue, 2)}\n`;
}

/** One line of JSON Lines. */
export function renderJsonLine(value: unknown): string {
  return `${JSON.stringify(value, jsonValue)}\n`;
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
