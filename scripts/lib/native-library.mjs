import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { VENV_PYTHON, at } from './paths.mjs';
import { runQuietly } from './run.mjs';

/** What goes into the jar of the Spark jobs: the Scala code's library in Zig. */
const FOLDER = at('spark-jobs/core/target/native');
const SOURCE = at('spark-jobs/core/native/root.zig');
// Checks of bounds and overflow stay in: texts are written by strangers. No instructions that some machine may lack.
const OPTIONS = ['-dynamic', '-O', 'ReleaseSafe', '-fstrip', '-mcpu', 'baseline', '--name', 'corpusmill'];

/** Names as Zig has them, and as the JVM has them in `os.arch` and `os.name`. */
const PROCESSORS = { x64: ['x86_64', 'amd64'], arm64: ['aarch64', 'aarch64'] };
const SYSTEMS = { linux: ['linux', 'linux'], darwin: ['macos', 'mac'] };

/** All that a library in Zig is compiled for on some machine; set-up compiles it for this one only. */
export const NATIVE_TARGETS = Object.values(PROCESSORS).flatMap(([processor]) =>
  Object.values(SYSTEMS).map(([system]) => `${processor}-${system}`),
);

/**
 * Builds the library for this machine, and for Linux, which images run; the JVM does its work where there is none. The
 * compiler is a package of the Python environment.
 */
export async function buildNativeLibrary() {
  const processor = PROCESSORS[process.arch];
  if (processor === undefined) return;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const [zig, java] of new Set([SYSTEMS.linux, SYSTEMS[process.platform] ?? SYSTEMS.linux])) {
    const library = path.join(FOLDER, `corpusmill-${java}-${processor[1]}.so`);
    const target = ['-target', `${processor[0]}-${zig}`, `-femit-bin=${library}`];
    await runQuietly('native-library', VENV_PYTHON, [
      '-m',
      'ziglang',
      'build-lib',
      ...OPTIONS,
      ...target,
      SOURCE,
    ]);
  }
}
