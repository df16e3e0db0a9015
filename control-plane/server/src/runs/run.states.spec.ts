import { describe, expect, it } from '@jest/globals';
import {
  ATTEMPT_STATES,
  ATTEMPT_TRANSITIONS,
  checkTransition,
  IllegalTransition,
  RUN_STATES,
  RUN_TRANSITIONS,
  STEP_STATES,
  STEP_TRANSITIONS,
} from './run.states.js';

describe('state machines', () => {
  it('allow a change from one state to another, and no other', () => {
    expect(() => checkTransition(RUN_TRANSITIONS, 'run 1', { from: 'pending', to: 'running' })).not.toThrow();
    expect(() => checkTransition(RUN_TRANSITIONS, 'run 1', { from: 'succeeded', to: 'failed' })).toThrow(
      IllegalTransition,
    );
  });

  it('leave done steps, succeeded runs and ended attempts for good', () => {
    expect([STEP_TRANSITIONS.succeeded, STEP_TRANSITIONS.reused, RUN_TRANSITIONS.succeeded]).toEqual([
      [],
      [],
      [],
    ]);
    const ended = ATTEMPT_STATES.filter((state) => ATTEMPT_TRANSITIONS[state].length === 0);
    expect(ended).toEqual(['succeeded', 'failed', 'lost', 'cancelled']);
  });

  it('lead from every state to an end', () => {
    const reaches = <S extends string>(
      table: Readonly<Record<S, readonly S[]>>,
      from: S,
      seen: readonly S[] = [],
    ): boolean =>
      table[from].length === 0 ||
      table[from].some((to) => !seen.includes(to) && reaches(table, to, [...seen, from]));
    expect(RUN_STATES.every((state) => reaches(RUN_TRANSITIONS, state))).toBe(true);
    expect(STEP_STATES.every((state) => reaches(STEP_TRANSITIONS, state))).toBe(true);
  });
});
