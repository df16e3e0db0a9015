import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '../common/canonical-json.js';
import { errorCodeOf } from '../common/error-code.js';

const TOKEN_BYTES = 32;

/** The token of the home folder (mode 0600), made on first use; clients on this machine read it there. */
export async function ensureTokenFile(home: string): Promise<string> {
  const path = join(home, 'token');
  const token = `corpusmill_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  await writeFile(path, `${token}\n`, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
  });
  await chmod(path, 0o600);
  return (await readFile(path, 'utf8')).trim();
}

/** Compares in constant time. */
export function isSameToken(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(expected)));
}
