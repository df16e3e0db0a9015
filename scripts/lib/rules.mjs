import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT, at } from './paths.mjs';

const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 50;
const MAX_README_LINES = 150;
const SOURCE = /\.(ts|mjs|js|scala|py|sql|zig)$/;
/** Where a function begins, in the languages whose linters do not count its lines. */
const FUNCTION = {
  scala: /^\s*(?:(?:private|override|protected|final|implicit|private\[\w+\])\s+)*def\s/,
  zig: /^\s*(?:pub |export )?fn /,
};
const GENERATED = new Set(['control-plane/client/src/schema.ts']);
const TOP_LEVEL = new Set([
  'LICENSE',
  'README.md',
  'control-plane',
  'docker',
  'docs',
  'k8s',
  'package-lock.json',
  'package.json',
  'ray-tasks',
  'scripts',
  'spark-jobs',
  'terraform',
]);
const UNFINISHED = /\b(?:TODO|FIXME|XXX)\b/;

const trackedFiles = () =>
  execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);

const lineCount = (text) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** Functions that are too long: each goes up to the line before the next line that is indented no deeper than it. */
function longFunctions(file, text, begins) {
  const lines = text.split('\n');
  const indentOf = (line) => line.search(/\S/);
  return lines.flatMap((line, start) => {
    if (!begins.test(line)) return [];
    const rest = lines
      .slice(start + 1)
      .findIndex((next) => next.trim() !== '' && indentOf(next) <= indentOf(line) && !/^\s*[)}]/.test(next));
    const length = rest === -1 ? lines.length - start : rest + 1;
    return length > MAX_FUNCTION_LINES
      ? [`${file}:${start + 1}: function of ${length} lines, at most ${MAX_FUNCTION_LINES}`]
      : [];
  });
}

function problemsOfSource(file) {
  const text = readFileSync(at(file), 'utf8');
  const lines = lineCount(text);
  const begins = FUNCTION[path.extname(file).slice(1)];
  const long =
    lines > MAX_FILE_LINES && !GENERATED.has(file)
      ? [`${file}: ${lines} lines, at most ${MAX_FILE_LINES}`]
      : [];
  const unfinished =
    file !== 'scripts/lib/rules.mjs' && UNFINISHED.test(text)
      ? [`${file}: left unfinished (${UNFINISHED.exec(text)[0]})`]
      : [];
  return [...long, ...unfinished, ...(begins ? longFunctions(file, text, begins) : [])];
}

function problemsOfLayout(files) {
  const strangers = [...new Set(files.map((file) => file.split('/')[0]))].filter(
    (name) => !name.startsWith('.') && !TOP_LEVEL.has(name),
  );
  const readme = lineCount(readFileSync(at('README.md'), 'utf8'));
  return [
    ...strangers.map((name) => `${name}: does not belong at the top level`),
    ...(readme > MAX_README_LINES ? [`README.md: ${readme} lines, at most ${MAX_README_LINES}`] : []),
  ];
}

/** House rules that no linter knows: sizes of files and functions, unfinished work, the top level's layout. */
export function houseRuleProblems() {
  const files = trackedFiles();
  return [...files.filter((file) => SOURCE.test(file)).flatMap(problemsOfSource), ...problemsOfLayout(files)];
}
