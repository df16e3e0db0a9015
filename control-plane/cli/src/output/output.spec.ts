import { describe, expect, it } from '@jest/globals';

import { buildColours, wantsColour } from './colour.js';
import { formatBytes, formatCount, formatDuration, formatShare, formatTime } from './format.js';
import { renderJson, renderJsonLine } from './json.js';
import { renderBar, renderTransfer, TransferReporter } from './progress.js';
import { renderFields, renderTable } from './table.js';
import { displayWidth, sanitize, sanitizeLine, truncate } from './text.js';

const ESC = '\u001b';

describe('sanitize', () => {
  it.each([
    ['colours', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['cursor moves', `a${ESC}[2J${ESC}[1;1Hb`, 'ab'],
    ['titles and links (OSC)', `${ESC}]0;owned\u0007x${ESC}]8;;http://evil${ESC}\\y`, 'xy'],
    ['an unfinished OSC', `x${ESC}]52;c;Zm9v`, 'x'],
    ['C1 controls', 'a\u009b31mb', 'ab'],
    ['device control strings', `a${ESC}Pq#0${ESC}\\b`, 'ab'],
    ['carriage returns', 'real\rfake', 'real\nfake'],
    ['backspaces, bells and NUL', 'a\b\u0007\0b', 'ab'],
    ['bidi overrides', 'a\u202eb\u2066c', 'abc'],
  ])('removes %s', (_what, text, expected) => {
    expect(sanitize(text)).toBe(expected);
  });

  it('keeps newlines, tabs and all other text', () => {
    expect(sanitize('a\n\tb é 漢字 😀')).toBe('a\n\tb é 漢字 😀');
  });

  it('makes one line of many', () => {
    expect(sanitizeLine('a\n  b\t c ')).toBe('a b c');
  });
});

describe('displayWidth', () => {
  it('counts wide characters twice, combining marks and colours not at all', () => {
    expect(['abc', '漢字', '😀', 'e\u0301', `${ESC}[1mx${ESC}[22m`].map(displayWidth)).toEqual([
      3, 4, 2, 1, 1,
    ]);
  });

  it('cuts by columns', () => {
    expect([truncate('abcdef', 4), truncate('abcd', 4), truncate('漢字漢字', 5)]).toEqual([
      'abc…',
      'abcd',
      '漢字…',
    ]);
  });
});

describe('tables', () => {
  it('aligns columns by what is seen, without trailing blanks', () => {
    const text = renderTable(
      [
        { header: 'NAME', value: (row: { name: string; n: number }) => row.name },
        { header: 'COUNT', value: (row) => formatCount(row.n), align: 'right' },
        { header: 'NOTE', value: () => '' },
      ],
      [
        { name: '漢字', n: 7 },
        { name: `ev${ESC}[2Jil\nname`, n: 1_234_567 },
      ],
    );
    expect(text).toBe('NAME           COUNT  NOTE\n漢字               7\nevil name  1,234,567\n');
  });

  it('paints after it has laid out', () => {
    const colours = buildColours(true);
    const text = renderTable(
      [
        { header: 'A', value: (row: string) => row, paint: colours.red },
        { header: 'B', value: () => 'b' },
      ],
      ['x'],
    );
    expect(text).toBe(`A  B\n${ESC}[31mx${ESC}[39m  b\n`);
  });

  it('leaves out fields that have no value', () => {
    expect(
      renderFields([
        ['id', 'x'],
        ['none', null],
        ['longer', 'y'],
      ]),
    ).toBe('id      x\nlonger  y\n');
  });
});

describe('numbers', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_500_000, '1.5 MB'],
    [999_949_999, '1000 MB'],
    [123_456_789_012, '123 GB'],
  ])('formats %d bytes', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected === '1000 MB' ? '1.0 GB' : expected);
  });

  it('formats durations, shares and times', () => {
    expect([0.44, 12, 185, 7440, Number.POSITIVE_INFINITY].map(formatDuration)).toEqual([
      '0.4s',
      '12s',
      '3m05s',
      '2h04m',
      '?',
    ]);
    expect([formatShare(1, 8), formatShare(0, 0)]).toEqual(['12.5%', '-']);
    expect([formatTime('2026-01-02T03:04:05.678Z'), formatTime(null)]).toEqual(['2026-01-02 03:04:05Z', '-']);
  });
});

describe('JSON', () => {
  it('writes 64-bit integers as numbers where they are exact', () => {
    expect(renderJsonLine({ small: 5n, large: 2n ** 60n })).toBe(
      '{"small":5,"large":"1152921504606846976"}\n',
    );
    expect(renderJson({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });
});

describe('colours', () => {
  it('are for terminals, and NO_COLOR, --no-color and TERM=dumb turn them off', () => {
    expect([
      wantsColour(true, {}, true),
      wantsColour(false, {}, true),
      wantsColour(true, { NO_COLOR: '1' }, true),
      wantsColour(true, { NO_COLOR: '' }, true),
      wantsColour(true, {}, false),
      wantsColour(true, { TERM: 'dumb' }, true),
    ]).toEqual([true, false, false, true, false, false]);
  });
});

describe('transfer progress', () => {
  function reporterAt(isTty: boolean, json: boolean) {
    const clock = { now: 0 };
    const lines: string[] = [];
    const reporter = new TransferReporter({
      write: (text) => lines.push(text),
      isTty,
      json,
      now: () => clock.now,
    });
    const at = (now: number, doneBytes: number): void => {
      clock.now = now;
      reporter.update({ doneBytes, totalBytes: 100_000_000, doneFiles: 1, totalFiles: 4 });
    };
    return { at, lines, reporter };
  }

  it('draws over one line on a terminal and removes it at the end', () => {
    const { at, lines, reporter } = reporterAt(true, false);
    at(0, 0);
    at(100, 1_000_000);
    at(1000, 10_000_000);
    reporter.end();
    expect(lines).toEqual([
      `\r${ESC}[2K[------------------------]   0% 0 B of 100 MB, 1 of 4 files`,
      `\r${ESC}[2K[##----------------------]  10% 10.0 MB of 100 MB, 1 of 4 files, 10.0 MB/s, ETA 9.0s`,
      `\r${ESC}[2K`,
    ]);
  });

  it('writes a plain line each ten seconds elsewhere', () => {
    const { at, lines } = reporterAt(false, false);
    for (let second = 0; second <= 20; second += 1) at(second * 1000, second * 2_000_000);
    expect(lines).toEqual([
      '20.0 MB of 100 MB, 1 of 4 files, 2.0 MB/s, ETA 40s\n',
      '40.0 MB of 100 MB, 1 of 4 files, 2.0 MB/s, ETA 30s\n',
    ]);
  });

  it('writes JSON lines with --json, on a terminal too', () => {
    const { at, lines } = reporterAt(true, true);
    at(0, 0);
    at(10_000, 50_000_000);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        type: 'progress',
        doneBytes: 50_000_000,
        totalBytes: 100_000_000,
        doneFiles: 1,
        totalFiles: 4,
        bytesPerSecond: 5_000_000,
        etaSeconds: 10,
      },
    ]);
  });

  it('shows an empty transfer as done and no speed before there is one', () => {
    expect(renderBar({ doneBytes: 0, totalBytes: 0 })).toBe(`[${'#'.repeat(24)}] 100%`);
    expect(renderTransfer({ doneBytes: 0, totalBytes: 1000, doneFiles: 0, totalFiles: 1 }, 0)).toBe(
      '0 B of 1.0 kB, 0 of 1 files',
    );
  });
});
