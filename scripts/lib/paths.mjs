import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A path below the root. */
export const at = (...parts) => path.join(ROOT, ...parts);

export const VENV_PYTHON = at('.venv/bin/python');
export const JOBS_JAR = at('spark-jobs/jobs/target/corpusmill-jobs.jar');
/** The library that reads pages, built from `spark-jobs/extract/native`. */
export const PAGE_READER = at('spark-jobs/extract/src/corpusmill_extract/html/_page.so');
/** What Spark needs beside its own jars to read and write S3. */
export const S3_JARS = at('spark-jobs/jobs/target/s3-jars');
export const CODE_VERSIONS = at('.tools/code-versions.json');
export const CLI = at('control-plane/cli/bin/corpusmill.js');

/** The environment every command of the project runs in: our Node first, Spark bound to loopback. */
export function toolEnvironment(extra = {}) {
  const bin = [at('node_modules/.bin'), at('.venv/bin')].join(path.delimiter);
  return {
    ...process.env,
    PATH: `${bin}${path.delimiter}${process.env.PATH}`,
    SPARK_LOCAL_IP: '127.0.0.1',
    PYSPARK_PYTHON: VENV_PYTHON,
    PYTHONDONTWRITEBYTECODE: '1',
    ...extra,
  };
}
