import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runJob } from './fake-job.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function writeAtomically(path, value) {
  writeFileSync(`${path}.tmp-1`, JSON.stringify(value));
  renameSync(`${path}.tmp-1`, path);
}

const startTime = () => readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ')[19];
const logSize = (dir) => statSync(join(dir, 'host.log')).size;

export async function runHost(args) {
  const options = {
    dir: { type: 'string' },
    cpus: { type: 'string' },
    'memory-mb': { type: 'string' },
    'idle-seconds': { type: 'string' },
  };
  const { dir, 'idle-seconds': idleSeconds } = parseArgs({ args, options }).values;
  const say = (state, attemptId = null) =>
    writeAtomically(join(dir, 'host.json'), {
      pid: process.pid,
      pidStartTime: startTime(),
      state,
      attemptId,
      updatedAt: new Date().toISOString(),
    });
  process.on('SIGTERM', () => {
    if (process.env.FAKE_IGNORE_TERM) return;
    say('stopped');
    process.exit(0);
  });
  say('idle');
  let idleSince = Date.now();
  while (existsSync(dir) && Date.now() - idleSince < Number(idleSeconds) * 1000) {
    const [next] = readdirSync(join(dir, 'inbox')).sort();
    if (next === undefined) {
      await sleep(20);
      continue;
    }
    await take(dir, next, say);
    idleSince = Date.now();
  }
  if (existsSync(dir)) say('stopped');
}

async function take(dir, attemptId, say) {
  try {
    renameSync(join(dir, 'inbox', attemptId), join(dir, 'taken', attemptId));
  } catch {
    return;
  }
  const record = join(dir, 'attempts', `${attemptId}.json`);
  const logStart = logSize(dir);
  say('busy', attemptId);
  writeAtomically(record, { state: 'running', logStart, logEnd: null });
  await runJob(readFileSync(join(dir, 'taken', attemptId), 'utf8').trim());
  writeAtomically(record, { state: 'done', logStart, logEnd: logSize(dir) });
  say('idle');
}
