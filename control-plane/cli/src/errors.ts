import { CorpusmillError } from '@corpusmill/client';

/** Process exit codes: part of the command line's interface, never renumbered. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  auth: 3,
  notFound: 4,
  conflict: 5,
  mismatch: 6,
  partial: 7,
  unavailable: 8,
  timeout: 124,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error of the command line itself, with the exit code that it ends the process with. */
export class CliError extends CorpusmillError {
  constructor(
    code: string,
    readonly exitCode: ExitCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, false, options);
  }
}

/** The command was called wrongly: exit 2. */
export class UsageError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super('USAGE', EXIT.usage, message, options);
  }
}

/** Ends the process with this code; what there was to say has been said. */
export class SilentExit extends Error {
  constructor(readonly exitCode: number) {
    super(`exit ${exitCode}`);
  }
}
