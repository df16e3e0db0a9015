import { parseArgs } from 'node:util';
import { messageOf } from '../common/error-code.js';

export const USAGE = `Usage: control-plane [serve | migrate] [--idle-exit SECONDS]

  serve    start API, reconciler and executor (default)
  migrate  bring the database up to this server's schema, then end

  --idle-exit SECONDS  end after so long without a request and without an active run
  -h, --help           this text

Settings come from the environment: docs/operations/local.md, docs/operations/kubernetes.md.
Exit codes: 0 ok, 1 failed, 2 wrong usage or configuration, 5 the home folder is in use.
`;

export type ServerCommand =
  | { readonly name: 'help' }
  | { readonly name: 'migrate' }
  | { readonly name: 'serve'; readonly idleExitSeconds?: number };

/** Arguments that name no command; the message names the argument and what is allowed. */
export class UsageError extends Error {}

/** What the server's program is told to do; throws UsageError. */
export function parseServerCommand(args: readonly string[]): ServerCommand {
  const { values, positionals } = parsed(args);
  if (values.help === true) return { name: 'help' };
  const [name = 'serve', ...more] = positionals;
  if ((name !== 'serve' && name !== 'migrate') || more.length > 0) {
    throw new UsageError(`unknown command "${positionals.join(' ')}"; there are serve and migrate (--help)`);
  }
  const idle = values['idle-exit'];
  if (name === 'migrate') return { name };
  if (idle === undefined) return { name };
  if (!/^[1-9]\d{0,8}$/.test(idle)) {
    throw new UsageError(`--idle-exit "${idle}" is not a whole number of seconds, 1 or more`);
  }
  return { name, idleExitSeconds: Number(idle) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'idle-exit': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}
