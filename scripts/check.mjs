// Lint, format, types, import rules and dead code in every language. `--fix` formats and fixes what can be fixed.
import { VENV_PYTHON, at } from './lib/paths.mjs';
import { NATIVE_TARGETS } from './lib/native-library.mjs';
import { houseRuleProblems } from './lib/rules.mjs';
import { terraformStatus } from './lib/terraform.mjs';
import { run } from './lib/run.mjs';
import { setup } from './setup.mjs';

const fix = process.argv.includes('--fix');
const CONTROL_PLANE = at('control-plane');
const PYTHON_PROJECTS = ['ray-tasks', 'spark-jobs/extract'];

const python =
  (folder, ...args) =>
  () =>
    run(VENV_PYTHON, args, { cwd: at(folder) });
const tool =
  (name, args, cwd = CONTROL_PLANE) =>
  () =>
    run(name, args, { cwd });

function typescriptChecks() {
  return [
    [
      'control-plane lint',
      tool('oxlint', [
        '--type-aware',
        '--max-warnings',
        '0',
        '-c',
        '.oxlintrc.json',
        ...(fix ? ['--fix'] : []),
        '.',
      ]),
    ],
    ['control-plane format', tool('oxfmt', [fix ? '--write' : '--check', '-c', '.oxfmtrc.json', '.'])],
    ...['client', 'server', 'cli'].map((name) => [
      `control-plane ${name} types`,
      tool('tsc', ['--noEmit', '-p', `${name}/tsconfig.json`]),
    ]),
    [
      'control-plane import rules',
      tool('depcruise', ['--config', '.dependency-cruiser.cjs', 'server/src', 'cli/src', 'client/src']),
    ],
    ['dead code', tool('knip', ['--no-progress'], at('.'))],
    [
      'scripts lint',
      tool('oxlint', ['--max-warnings', '0', '-c', 'scripts/.oxlintrc.json', 'scripts'], at('.')),
    ],
    [
      'scripts format',
      tool('oxfmt', [fix ? '--write' : '--check', '-c', 'control-plane/.oxfmtrc.json', 'scripts'], at('.')),
    ],
  ];
}

function pythonChecks(folder) {
  return [
    [`${folder} lint`, python(folder, '-m', 'ruff', 'check', ...(fix ? ['--fix'] : []), '.')],
    [`${folder} format`, python(folder, '-m', 'ruff', 'format', ...(fix ? [] : ['--check']), '.')],
    [`${folder} types`, python(folder, '-m', 'mypy')],
    [`${folder} import rules`, () => run(at('.venv/bin/lint-imports'), [], { cwd: at(folder) })],
    [`${folder} dead code`, python(folder, '-m', 'vulture')],
  ];
}

const nativeChecks = (folder) => [
  [`${folder} native format`, python(folder, '-m', 'ziglang', 'fmt', ...(fix ? [] : ['--check']), 'native')],
  ...NATIVE_TARGETS.map((target) => [
    `${folder} native types, ${target}`,
    python(
      folder,
      '-m',
      'ziglang',
      'build-lib',
      '-fno-emit-bin',
      '-dynamic',
      '-target',
      target,
      'native/root.zig',
    ),
  ]),
];

const scalaChecks = () => [
  [
    'spark-jobs format',
    () =>
      run('mvn', [
        '--batch-mode',
        '--quiet',
        '-f',
        at('spark-jobs/pom.xml'),
        fix ? 'spotless:apply' : 'spotless:check',
      ]),
  ],
  [
    'spark-jobs types and warnings',
    () =>
      run('mvn', [
        '--batch-mode',
        '--quiet',
        '-f',
        at('spark-jobs/pom.xml'),
        '-Dspotless.check.skip=true',
        'test-compile',
      ]),
  ],
];

async function houseRules() {
  const problems = houseRuleProblems();
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

await setup();
const checks = [
  ...typescriptChecks(),
  ...PYTHON_PROJECTS.flatMap(pythonChecks),
  ...['spark-jobs/extract', 'spark-jobs/core'].flatMap(nativeChecks),
  ...scalaChecks(),
  ['terraform', () => terraformStatus({ fix })],
  ['house rules', houseRules],
];
const failed = [];
for (const [name, check] of checks) {
  process.stderr.write(`check: ${name}\n`);
  if ((await check()) !== 0) failed.push(name);
}
process.stderr.write(
  failed.length === 0
    ? `check: all ${checks.length} passed\n`
    : `check: ${failed.length} of ${checks.length} failed: ${failed.join(', ')}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
