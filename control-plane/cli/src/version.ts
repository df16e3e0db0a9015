import { createRequire } from 'node:module';

/** Version of the installed package. */
export const VERSION: string = readVersion();

function readVersion(): string {
  const value: unknown = createRequire(import.meta.url)('../package.json');
  return typeof value === 'object' && value !== null && 'version' in value ? String(value.version) : '0.0.0';
}
