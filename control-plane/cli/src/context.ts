import type { CorpusmillClient } from '@corpusmill/client';

import { buildColours, wantsColour } from './output/colour.js';
import type { Colours } from './output/colour.js';

/** Where text goes: a stream of the process, or a string in tests. */
export interface TextOutput {
  readonly isTty: boolean;
  /** Terminal columns; 80 where unknown. */
  readonly columns: number;
  write(text: string): void;
  /** Ends when what was written is out: keeps memory bounded where the reader is slow. */
  flush(): Promise<void>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything of the outside world that a command touches. */
export interface CliContext {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly env: Environment;
  readonly cwd: string;
  /** Milliseconds. */
  readonly now: () => number;
  /** The terminal's answer to a question; null where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** The server named by the environment, or the embedded one, started where needed. */
  readonly connect: () => Promise<CorpusmillClient>;
  /** Handlers of Ctrl-C; the last one that was added is called. */
  readonly onInterrupt: (handler: () => void) => () => void;
  /** --no-color was given. */
  readonly colourFlag: () => boolean;
}

/** Colours for what goes to `output`. */
export function coloursFor(context: CliContext, output: TextOutput): Colours {
  return buildColours(wantsColour(output.isTty, context.env, context.colourFlag()));
}
