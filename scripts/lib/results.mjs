import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const NOTHING = { passed: 0, failed: 0, skipped: 0 };

/** Adds test results up. */
export const sumOf = (results) =>
  results.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
    }),
    NOTHING,
  );

const attribute = (tag, name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);

/** The results of one JUnit XML report (pytest, Surefire). Throws where the file is none. */
export function readJunit(file) {
  const suites = readFileSync(file, 'utf8').match(/<testsuite\s[^>]*>/g);
  if (!suites) throw new Error(`${file} holds no test suite`);
  return sumOf(
    suites.map((tag) => {
      const [tests, skipped] = [attribute(tag, 'tests'), attribute(tag, 'skipped')];
      const failed = attribute(tag, 'failures') + attribute(tag, 'errors');
      return { passed: tests - failed - skipped, failed, skipped };
    }),
  );
}

/** The results of every Surefire report in a folder. */
export function readSurefire(folder) {
  const reports = readdirSync(folder).filter((name) => /^TEST-.*\.xml$/.test(name));
  return sumOf(reports.map((name) => readJunit(path.join(folder, name))));
}

/** The results of `jest --json --outputFile`. */
export function readJest(file) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } =
    JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: numPassedTests,
    failed: numFailedTests + numRuntimeErrorTestSuites,
    skipped: numPendingTests + numTodoTests,
  };
}

/** The results that node's test runner prints at the end of its TAP output. */
export function readTap(text) {
  const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const [passed, failed, cancelled] = [number('pass'), number('fail'), number('cancelled')];
  if (Number.isNaN(passed + failed + cancelled))
    throw new Error('the test runner ended without its closing lines');
  return { passed, failed: failed + cancelled, skipped: number('skipped') + number('todo') };
}
