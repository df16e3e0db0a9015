import { Argument } from 'commander';
import type { Command } from 'commander';

import type { CliContext } from '../context.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const HELP = `
Examples:
  source <(corpusmill completion bash)
  corpusmill completion fish > ~/.config/fish/completions/corpusmill.fish`;

/** `completion bash|zsh|fish` */
export function registerCompletion(program: Command, context: CliContext): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: Shell) => context.stdout.write(renderCompletion(program, shell)));
}

/** Words that may follow each command path: sub-commands and long options. */
function wordsByPath(command: Command, path: string): [string, string[]][] {
  const options = command.options.filter((option) => !option.hidden).map((option) => option.long ?? '');
  const words = [...command.commands.map((child) => child.name()), ...options].filter((word) => word !== '');
  return [
    [path, words],
    ...command.commands.flatMap((child) => wordsByPath(child, `${path} ${child.name()}`.trim())),
  ];
}

function renderCompletion(program: Command, shell: Shell): string {
  const paths = wordsByPath(program, '');
  if (shell === 'fish')
    return paths.flatMap(([path, words]) => words.map((word) => fishLine(path, word))).join('');
  const cases = paths.map(([path, words]) => `    '${path}') words='${words.join(' ')}' ;;\n`).join('');
  const head = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : '';
  return `${head}_corpusmill() {
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  while :; do
    case "$path" in
${cases.replaceAll(/^/gm, '  ').trimEnd()}
    esac
    [ -n "$words" ] || [ -z "$path" ] && break
    case "$path" in *' '*) path="\${path% *}" ;; *) path='' ;; esac
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _corpusmill corpusmill
`;
}

function fishLine(path: string, word: string): string {
  const condition =
    path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1) ?? ''}`;
  const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
  return `complete -c corpusmill -n '${condition}' ${what}\n`;
}
