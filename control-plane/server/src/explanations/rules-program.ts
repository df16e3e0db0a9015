import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { errorCodeOf } from '../common/error-code.js';
import type { LocalExecutorConfig } from '../config/config.js';
import type { JobModel } from '../contracts/contracts.js';
import { ExplanationFailed } from './explanations.errors.js';

/** Lists of words that a filter may name are not small, texts neither; one at a time is. */
const HEAP = '-Xmx1g';

/** What the program reads as one JSON document on its standard input. */
export interface RulesRequest {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly models: readonly JobModel[];
  readonly text: string;
  readonly url: string | null;
  readonly language: string | null;
}

/** Runs the jobs' rules on one text (dev.corpusmill.jobs.Explain) and returns its JSON; throws ExplanationFailed. */
export async function runRules(config: LocalExecutorConfig, request: RulesRequest): Promise<unknown> {
  if (!existsSync(config.jobsJar)) throw new ExplanationFailed(`there is no ${config.jobsJar}`);
  const jars = join(await sparkHome(config), 'jars', '*');
  const classPath = [config.jobsJar, jars].join(delimiter);
  const output = await answerOf(config, ['-cp', classPath, 'dev.corpusmill.jobs.Explain'], request);
  try {
    return JSON.parse(output);
  } catch (error) {
    throw new ExplanationFailed('it did not answer with JSON', error as Error);
  }
}

/** Where Spark is: SPARK_HOME, or the package of the jobs' Python. */
async function sparkHome(config: LocalExecutorConfig): Promise<string> {
  const given = config.environment['SPARK_HOME'];
  if (given !== undefined) return given;
  const library = join(dirname(dirname(config.python)), 'lib');
  const versions = await readdir(library).catch(() => []);
  const version = versions.find((name) => name.startsWith('python3'));
  if (version === undefined) throw new ExplanationFailed(`there is no Spark below ${library}`);
  return join(library, version, 'site-packages', 'pyspark');
}

function reasonOf(error: Error): string {
  return errorCodeOf(error) === 'ENOENT' ? 'there is no java on its PATH' : error.message;
}

function answerOf(
  config: LocalExecutorConfig,
  args: readonly string[],
  request: RulesRequest,
): Promise<string> {
  const options = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', HEAP];
  const child = spawn('java', [...options, ...args], {
    env: config.environment,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(request));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new ExplanationFailed(reasonOf(error), error)));
    child.once('close', (status) => {
      if (status === 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(new ExplanationFailed(`it ended with status ${status}`));
    });
  });
}
