const TERMINAL = new Set(['succeeded', 'failed', 'cancelled', 'reused']);

/** Whether a run or step in this state stays in it. */
export function isTerminal(state: string): boolean {
  return TERMINAL.has(state);
}
