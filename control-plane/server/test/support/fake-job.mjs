import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const API_VERSION = 'corpusmill.dev/v1';

/** The test's S3 server keeps one file an object: FAKE_S3_FOLDER holds its buckets. */
function pathOf(uri) {
  return uri.startsWith('s3://')
    ? join(process.env.FAKE_S3_FOLDER, uri.slice('s3://'.length))
    : fileURLToPath(uri);
}

function create(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(value));
  try {
    linkSync(aside, path);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(aside);
  }
}

function journal(line) {
  if (process.env.FAKE_JOURNAL) appendFileSync(process.env.FAKE_JOURNAL, `${line}\n`);
}

function behaviourOf(stage) {
  const path = process.env.FAKE_BEHAVIOUR;
  return path && existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8'))[stage] ?? {}) : {};
}

/** The exit status of the job. */
export async function runJob(specUri) {
  const spec = JSON.parse(readFileSync(pathOf(specUri), 'utf8'));
  const control = pathOf(spec.control.uri);
  const version = pathOf(spec.output.versionUri);
  const behaviour = behaviourOf(spec.stage);
  const { id, number, token } = spec.attempt;
  if (behaviour.noClaim >= number) await sleep(600_000);
  await sleep(behaviour.beforeClaimMs ?? 0);
  const claim = {
    apiVersion: API_VERSION,
    attemptId: id,
    token,
    holder: 'workload',
    pid: process.pid,
    host: hostname(),
    claimedAt: new Date().toISOString(),
  };
  if (!create(join(control, 'claim.json'), claim)) return 0;
  journal(`claim ${id}`);
  if (existsSync(join(version, 'manifest.json'))) return 0;
  console.log(`work on ${spec.stage} as ${id}`);
  return work(spec, { control, version, behaviour });
}

function misbehave({ memoryMb, memoryTimes, child }, number) {
  if (memoryMb && number <= memoryTimes) globalThis.hoard = Buffer.alloc(memoryMb * 1024 * 1024, 1);
  if (child) spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref();
}

async function work(spec, { control, version, behaviour }) {
  if (behaviour.says) console.log(behaviour.says);
  const { id, number } = spec.attempt;
  misbehave(behaviour, number);
  const endsAt = Date.now() + (behaviour.hang >= number ? 600_000 : (behaviour.workMs ?? 50));
  for (let unitsDone = 0; Date.now() < endsAt; unitsDone += 1) {
    if (!(behaviour.silent >= number)) progress(control, id, unitsOf(behaviour, number, unitsDone));
    await sleep(Math.max(1, Math.min(50, endsAt - Date.now())));
  }
  if (behaviour.vanish >= number) process.exit(3);
  if (behaviour.fail && number <= behaviour.fail.times) return fail(control, id, behaviour.fail);
  if (behaviour.hold) return hold(spec, { control, version, behaviour });
  return commit(spec, version, behaviour);
}

/** Units that are done: none at all, one and then no more, or one each time. */
function unitsOf({ idle, stalls }, number, unitsDone) {
  if (idle >= number) return 0;
  return stalls >= number ? Math.min(1, unitsDone) : unitsDone;
}

function progress(control, attemptId, unitsDone) {
  const path = join(control, 'progress.json');
  const value = {
    apiVersion: API_VERSION,
    attemptId,
    phase: 'work',
    unitsDone,
    unitsTotal: 10,
    rows: unitsDone,
    bytes: 0,
    updatedAt: new Date().toISOString(),
  };
  writeFileSync(`${path}.tmp`, JSON.stringify(value));
  renameSync(`${path}.tmp`, path);
}

function fail(control, attemptId, { code, retryable }) {
  writeFileSync(
    join(control, 'problem.json'),
    JSON.stringify({
      apiVersion: API_VERSION,
      attemptId,
      code,
      message: 'as the test wants',
      details: {},
      retryable,
    }),
  );
  return 1;
}

/** Writes the version whole but leaves its commit to an approval. */
function hold(spec, { control, version, behaviour }) {
  writeFileSync(join(control, 'held.json'), JSON.stringify(writeVersion(spec, version, behaviour)));
  return fail(control, spec.attempt.id, { code: 'MAX_REMOVED_FRACTION_EXCEEDED', retryable: false });
}

function commit(spec, version, behaviour) {
  const manifest = writeVersion(spec, version, behaviour);
  if (create(join(version, 'manifest.json'), manifest)) journal(`commit ${spec.attempt.id}`);
  return behaviour.exitStatus ?? 0;
}

/** Writes the files of a version; its manifest. */
function writeVersion(spec, version, behaviour) {
  const body = `output of ${spec.versionKey}\n`;
  const path = 'documents/part-0.parquet';
  mkdirSync(join(version, spec.output.prefix, 'documents'), { recursive: true });
  writeFileSync(join(version, spec.output.prefix, path), body);
  const counts = { in: 3, kept: 2, rejected: 1, quarantined: 0 };
  return {
    apiVersion: API_VERSION,
    stage: spec.stage,
    dataset: spec.dataset,
    versionKey: spec.versionKey,
    runId: spec.runId,
    attempt: { id: spec.attempt.id, number: spec.attempt.number },
    createdAt: new Date().toISOString(),
    codeVersion: spec.codeVersion,
    settings: spec.settings,
    settingsDigest: spec.settingsDigest,
    inputs: spec.inputs.map(({ dataset, stage, versionKey, manifestUri }) => ({
      dataset,
      stage,
      versionKey,
      manifestSha256: sha256(readFileSync(pathOf(manifestUri))),
    })),
    sources: spec.sources.map(({ name, kind, domain, files }) => ({
      name,
      kind,
      domain,
      files: files.length,
      bytes: files.reduce((sum, file) => sum + (file.bytes ?? 0), 0),
    })),
    models: spec.models.map(({ name, sha256: digest }) => ({ name, sha256: digest })),
    tokenizer: spec.tokenizer && {
      name: spec.tokenizer.name,
      sha256: spec.tokenizer.sha256,
      vocabSize: 50257,
      endOfTextId: 50256,
    },
    prefix: spec.output.prefix,
    files: [
      {
        path,
        role: 'documents',
        format: 'parquet',
        bytes: body.length + (behaviour.wrongSize ? 1 : 0),
        sha256: sha256(body),
        rows: 2,
        tokens: null,
      },
      ...(spec.stage === 'dedup' ? [writeSignatures(join(version, spec.output.prefix))] : []),
    ],
    counts: {
      ...counts,
      rejectedByReason: { empty: 1 },
      quarantinedByReason: {},
      bySource: { web: counts },
      byLanguage: { en: 2 },
      tokens: null,
    },
    contentDigests: { documents: '0'.repeat(64) },
    timings: { wallSeconds: 1 },
    report: {},
  };
}

/** What dedup keeps for later versions. */
function writeSignatures(folder) {
  const path = 'signatures/part-0.parquet';
  mkdirSync(join(folder, 'signatures'), { recursive: true });
  writeFileSync(join(folder, path), 'signatures');
  const [bytes, hash] = ['signatures'.length, sha256('signatures')];
  return { path, role: 'signatures', format: 'parquet', bytes, sha256: hash, rows: 1, tokens: null };
}

function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
