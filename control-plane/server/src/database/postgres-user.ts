import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How Postgres tools are started: Postgres refuses to run as root. */
export interface RunAs {
  readonly ids: { readonly uid?: number; readonly gid?: number };
  /** Command and arguments put before the tool's own. */
  readonly prefix: readonly string[];
}

const OURSELVES: RunAs = { ids: {}, prefix: [] };
const SETPRIV = '/usr/bin/setpriv';

/**
 * Ourselves, or for root the user `postgres`, which is made where it is missing. Where that user may not
 * enter a folder above `paths` (a checkout below /root), it gets the capability to, and nothing else.
 */
export async function postgresUser(paths: readonly string[]): Promise<RunAs> {
  if (process.getuid?.() !== 0) return OURSELVES;
  const { uid, gid } = await ensurePostgresUser();
  const reachable = await Promise.all(paths.map((path) => mayEnter(path)));
  if (reachable.every(Boolean)) return { ids: { uid, gid }, prefix: [] };
  await access(SETPRIV, constants.X_OK).catch(() => {
    throw new Error(
      `user postgres may not enter ${paths.join(' or ')}; allow it (chmod o+x), or do not run as root`,
    );
  });
  const capability = '+dac_override';
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  return {
    ids: {},
    prefix: [SETPRIV, ...ids, `--inh-caps=${capability}`, `--ambient-caps=${capability}`, '--'],
  };
}

async function ensurePostgresUser(): Promise<{ uid: number; gid: number }> {
  const known = await findPostgresUser();
  if (known !== null) return known;
  await run('groupadd', ['--system', 'postgres']).catch(() => undefined);
  await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
  const made = await findPostgresUser();
  if (made === null)
    throw new Error('Postgres does not run as root, and the user postgres could not be made');
  return made;
}

async function findPostgresUser(): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

/** True where every folder above `path` may be entered by anybody. */
async function mayEnter(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const info = await stat(folder).catch(() => null);
    if (info !== null && (info.mode & 0o001) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}
