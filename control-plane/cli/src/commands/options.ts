import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';

/** `--json` of a command that prints data. */
export interface JsonOption {
  readonly json?: boolean;
}

/** `--quiet` of a command that prints things with ids. */
export interface QuietOption {
  readonly quiet?: boolean;
}

/** Adds `--json`. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON');
}

/** Adds `--json` and `--quiet`. */
export function withJsonAndQuiet(command: Command, what: string): Command {
  return withJson(command).option('-q, --quiet', `print only ${what}`);
}

/** Parses an option that is a whole number within bounds. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(
      `It must be a whole number from ${minimum} to ${maximum === Number.MAX_SAFE_INTEGER ? '2^53-1' : maximum}.`,
    );
  };
}

/** Collects a repeatable option; each may hold several values with commas. */
export function collectList(text: string, before: readonly string[] = []): readonly string[] {
  return [
    ...before,
    ...text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
}

/** Collects a repeatable option as it is. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
