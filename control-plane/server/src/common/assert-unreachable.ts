/** Makes a switch over a closed set exhaustive at compile time. */
export function assertUnreachable(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
