import { readdirSync } from 'node:fs';
import path from 'node:path';

import { JOBS_JAR, at } from '../../lib/paths.mjs';

/** Spark's jars as pip installed them: the Scala library, Jackson and ICU that our jar leaves out. */
function sparkJars() {
  const library = at('.venv/lib');
  const [version] = readdirSync(library);
  return path.join(library, version, 'site-packages/pyspark/jars/*');
}

/** The command line of a bench program of spark-jobs (jobs/src/test, package bench): one thread's work, serial GC. */
export function jvmBench(program, ...args) {
  const classPath = [at('spark-jobs/jobs/target/test-classes'), JOBS_JAR, sparkJars()].join(path.delimiter);
  const main = `dev.corpusmill.jobs.bench.${program}`;
  return ['java', '-Xmx2g', '-XX:+UseSerialGC', '-cp', classPath, main, ...args.map(String)];
}
