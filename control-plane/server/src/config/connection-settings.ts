import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';

/** What a connection of the driver needs beside host, port, user and database. */
interface ConnectionSettings {
  /** false: no TLS */
  readonly ssl: ConnectionOptions | false;
  /** Asked for each new connection; absent where the URL has the password. */
  readonly password?: () => Promise<string>;
}

/** Modes of libpq that say for certain whether there is TLS; `allow` and `prefer` fall back to none. */
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'];

/**
 * TLS by `sslmode` and `sslrootcert` of a URL, as libpq 17 reads them ("SSL Support", table of modes): `require` trusts
 * any certificate, unless sslrootcert names a CA; `verify-full` also wants the server's name in it. Without sslrootcert
 * the CAs of Node hold. A password file is read anew for each connection, so that a rotated password needs no restart.
 *
 * @throws TypeError for a mode that is not one of the four, and the system's error for a CA that cannot be read
 */
export function connectionSettings(databaseUrl: string, passwordFile: string | null): ConnectionSettings {
  return {
    ssl: tlsOf(new URL(databaseUrl)),
    ...(passwordFile !== null && {
      password: async () => (await readFile(passwordFile, 'utf8')).replace(/\r?\n$/, ''),
    }),
  };
}

function tlsOf({ hostname, searchParams: query }: URL): ConnectionOptions | false {
  const mode = query.get('sslmode') ?? 'disable';
  const caFile = query.get('sslrootcert');
  if (!SSL_MODES.includes(mode)) throw new TypeError(`sslmode=${mode} is none of ${SSL_MODES.join(', ')}`);
  if (mode === 'disable') return false;
  const ca = caFile === null || caFile === 'system' ? {} : { ca: readFileSync(caFile, 'utf8') };
  if (mode === 'require' && caFile === null) return { rejectUnauthorized: false };
  return {
    ...ca,
    rejectUnauthorized: true,
    // The driver gives TLS no name where the host is an address, and Node would look for "localhost" then.
    checkServerIdentity: (_name, certificate) =>
      mode === 'verify-full' ? checkServerIdentity(hostname, certificate) : undefined,
  };
}
