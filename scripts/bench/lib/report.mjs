const MIB = 1 << 20;

const speedOf = (row) => row.bytes / 1e6 / row.cpuSeconds;
const decimals = (value) => value.toFixed(value < 10 ? 2 : 0);

/** One measurement, for the progress. */
export const asLine = (row, unit) =>
  `${decimals(speedOf(row))} ${unit}/CPU-s, ${decimals((row.peakMemoryBytes ?? 0) / MIB)} MiB`;

/** Rows of one input as lines: MB per CPU-second at each scale, the ratio to ours, and peak memory at each scale. */
function linesOf(rows, scales) {
  const at = (name, scale) => rows.find((row) => row.contestant === name && row.scale === scale);
  const best = (name) => rows.filter((row) => row.contestant === name).toSorted((a, b) => a.scale - b.scale);
  const ours = rows.find((row) => row.isOurs)?.contestant;
  return [...new Set(rows.map((row) => row.contestant))].map((name) => {
    const shared = best(name).findLast((row) => ours !== undefined && at(ours, row.scale) !== undefined);
    const ratio =
      shared === undefined ? '' : `${decimals(speedOf(at(ours, shared.scale)) / speedOf(shared))}×`;
    const cell = (scale, show) => (at(name, scale) === undefined ? '-' : show(at(name, scale)));
    const speeds = scales.map((scale) => cell(scale, (row) => decimals(speedOf(row))));
    const memory = scales.map((scale) => cell(scale, (row) => decimals((row.peakMemoryBytes ?? 0) / MIB)));
    return [name].concat(speeds, ratio, memory);
  });
}

function align(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      ),
    )
    .map((cells) => `| ${cells.join(' | ')} |`);
}

/** The results as Markdown: one table for each input, then notes and failures. */
export function asTable(bench, results) {
  const scales = [...new Set(results.rows.map((row) => row.scale))].toSorted((a, b) => a - b);
  const head = [
    'contestant',
    ...scales.map((scale) => `${bench.unit}/CPU-s ×${scale}`),
    'ours is',
    ...scales.map((scale) => `MiB ×${scale}`),
  ];
  const tables = [...new Set(results.rows.map((row) => row.input))].map((input) => {
    const rows = results.rows.filter((row) => row.input === input);
    const [first, ...rest] = align([head, ...linesOf(rows, scales)]);
    const rule = first.replaceAll(/[^|]/g, '-');
    return `\n${bench.name}: ${input}\n\n${[first, rule, ...rest].join('\n')}\n`;
  });
  const notes = results.notes.map((note) => `\n${note}\n`);
  const failures = results.failures.map(
    ({ contestant, input, scale, error }) => `\nFAILED: ${contestant} on ${input} ×${scale}: ${error}\n`,
  );
  return [...tables, ...notes, ...failures].join('');
}
