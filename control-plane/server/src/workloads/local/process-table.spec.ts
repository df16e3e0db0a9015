import { describe, expect, it } from '@jest/globals';
import { membersOf, parseProcStat, parsePsLine, type ProcessInfo, ProcessTable } from './process-table.js';

function processOf(pid: number, parts: Partial<ProcessInfo> = {}): ProcessInfo {
  return {
    pid,
    parentPid: 1,
    groupId: pid,
    sessionId: pid,
    startTime: '5',
    residentKb: 0,
    isZombie: false,
    ...parts,
  };
}

const tableOf = (...processes: ProcessInfo[]) => new Map(processes.map((process) => [process.pid, process]));
const pidsOf = (members: readonly ProcessInfo[]) =>
  members.map((member) => member.pid).sort((left, right) => left - right);

describe('process table', () => {
  it('parses /proc/PID/stat, also where the name holds parentheses and spaces', () => {
    const fields = 'S 7 8 9 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 1 0 4242 1000 25 18446744073709551615';
    expect(parseProcStat(`12 (a) b (c) ${fields}`, 4)).toEqual({
      pid: 12,
      parentPid: 7,
      groupId: 8,
      sessionId: 9,
      startTime: '4242',
      residentKb: 100,
      isZombie: false,
    });
    expect(parseProcStat('', 4)).toBeNull();
  });

  it('parses lines of ps', () => {
    expect(parsePsLine('  12     7     8      0  2048 Z+   Fri Nov 21 12:00:00 2026')).toEqual({
      pid: 12,
      parentPid: 7,
      groupId: 8,
      sessionId: 0,
      residentKb: 2048,
      isZombie: true,
      startTime: 'Fri Nov 21 12:00:00 2026',
    });
    expect(parsePsLine('')).toBeNull();
  });

  it('knows itself, and tells a later process with the same pid apart', () => {
    const table = new ProcessTable();
    const pidStartTime = table.findStartTime(process.pid)!;
    expect(table.isAlive({ pid: process.pid, pidStartTime })).toBe(true);
    expect(table.isAlive({ pid: process.pid, pidStartTime: '1' })).toBe(false);
    expect(table.findStartTime(2 ** 22)).toBeNull();
  });

  it('finds the session, the group and all descendants of a workload, but no zombies and nobody else', () => {
    const processes = tableOf(
      processOf(100_001),
      processOf(100_002, { sessionId: 100_001, groupId: 100_002 }),
      processOf(100_003, { parentPid: 100_002 }),
      processOf(100_004, { parentPid: 100_003, isZombie: true }),
      processOf(100_005),
      processOf(100_006, { groupId: 100_001, sessionId: 1 }),
    );
    const members = membersOf({ pid: 100_001, pidStartTime: '5' }, 'NONE=x', processes);
    expect(pidsOf(members)).toEqual([100_001, 100_002, 100_003, 100_006]);
  });

  it('leaves a process alone that has the pid of a workload which is gone', () => {
    const processes = tableOf(
      processOf(100_001, { startTime: '9' }),
      processOf(100_002, { parentPid: 100_001 }),
    );
    expect(membersOf({ pid: 100_001, pidStartTime: '5' }, 'NONE=x', processes)).toEqual([]);
  });
});
