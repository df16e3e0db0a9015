// What can be checked of terraform/ without a provider: references, inputs of modules, descriptions, unused names.
// `npm run check` adds `terraform fmt` and, where the provider can be fetched, `terraform validate`.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { at } from './paths.mjs';

const MODULES = readdirSync(at('terraform/modules')).map((name) => `terraform/modules/${name}`);
const ENVIRONMENTS = readdirSync(at('terraform/environments')).map(
  (name) => `terraform/environments/${name}`,
);
const FOLDERS = [...MODULES, ...ENVIRONMENTS];

const withoutComments = (text) => text.replaceAll(/^\s*#.*$/gm, '');

/** All text of a folder's .tf files. */
function textOf(folder) {
  const files = readdirSync(at(folder)).filter((name) => name.endsWith('.tf'));
  return withoutComments(files.map((name) => readFileSync(at(folder, name), 'utf8')).join('\n'));
}

/** The top-level blocks of formatted HCL: each begins in the first column and ends with a brace there. */
function blocksOf(text) {
  const pattern = /^(\w+)((?: "[^"]+")*) \{(?:\}|\n([\s\S]*?)^\})$/gm;
  return [...text.matchAll(pattern)].map(([, kind, labels, body = '']) => ({
    kind,
    labels: [...labels.matchAll(/"([^"]+)"/g)].map((match) => match[1]),
    body,
  }));
}

const named = (blocks, kind) =>
  blocks.filter((block) => block.kind === kind).map((block) => block.labels.join('.'));
const attributesOf = (body) => [...body.matchAll(/^ {2}(\w+)\s*=/gm)].map((match) => match[1]);
const matches = (text, pattern) => [...new Set([...text.matchAll(pattern)].map((match) => match[1]))];
const missing = (wanted, known) => wanted.filter((name) => !known.includes(name));

function declaredOf(folder) {
  const text = textOf(folder);
  const blocks = blocksOf(text);
  return {
    text,
    blocks,
    variables: named(blocks, 'variable'),
    outputs: named(blocks, 'output'),
    resources: named(blocks, 'resource'),
    data: named(blocks, 'data'),
    locals: blocks.filter((block) => block.kind === 'locals').flatMap((block) => attributesOf(block.body)),
  };
}

for (const folder of FOLDERS) {
  const { text, blocks, variables, resources, data, locals } = declaredOf(folder);

  test(`${folder} refers to nothing that it does not declare`, () => {
    assert.deepEqual(missing(matches(text, /\bvar\.(\w+)/g), variables), []);
    assert.deepEqual(missing(matches(text, /\blocal\.(\w+)/g), locals), []);
    assert.deepEqual(missing(matches(text, /\bdata\.(aws_\w+\.\w+)/g), data), []);
    assert.deepEqual(missing(matches(text, /(?<![.\w"])(aws_\w+\.\w+)/g), resources), []);
  });

  test(`${folder} uses every variable and local that it declares`, () => {
    const uses = matches(
      text.replaceAll(/^variable "\w+" \{\n[\s\S]*?^\}$/gm, ''),
      /\b((?:var|local)\.\w+)/g,
    );
    const declared = [...variables.map((name) => `var.${name}`), ...locals.map((name) => `local.${name}`)];
    assert.deepEqual(missing(declared, uses), []);
  });

  test(`${folder} describes every variable and output, and pins its provider`, () => {
    const described = blocks.filter((block) => ['variable', 'output'].includes(block.kind));
    const mute = described.filter((block) => !/^ {2}description\s*= "\S/m.test(block.body));
    assert.deepEqual(
      mute.map((block) => block.labels[0]),
      [],
    );
    assert.match(text, /source {2}= "hashicorp\/aws"\n\s+version = "~> \d+\.\d+"/);
    assert.match(text, /required_version = ">= \d/);
  });
}

for (const environment of ENVIRONMENTS) {
  const { text, blocks } = declaredOf(environment);
  const calls = blocks.filter((block) => block.kind === 'module');

  test(`${environment} wires every module`, () => {
    const sources = calls.map((call) =>
      path.posix.join(environment, /^ {2}source = "([^"]+)"$/m.exec(call.body)[1]),
    );
    assert.deepEqual(sources.toSorted(), MODULES.toSorted());
  });

  for (const call of calls) {
    test(`${environment} gives module ${call.labels[0]} what it needs, and nothing that it does not know`, () => {
      const source = path.posix.join(environment, /^ {2}source = "([^"]+)"$/m.exec(call.body)[1]);
      const target = declaredOf(source);
      const given = attributesOf(call.body).filter((name) => name !== 'source');
      const required = target.blocks
        .filter((block) => block.kind === 'variable' && !/^ {2}default\s*=/m.test(block.body))
        .map((block) => block.labels[0]);
      assert.deepEqual(missing(given, target.variables), []);
      assert.deepEqual(missing(required, given), []);
      const outputs = matches(text, new RegExp(`\\bmodule\\.${call.labels[0]}\\.(\\w+)`, 'g'));
      assert.deepEqual(missing(outputs, target.outputs), []);
    });
  }
}

test('the store is versioned, encrypted, closed to the public, TLS only, and cleans up after itself', () => {
  const { resources, text } = declaredOf('terraform/modules/object-storage');
  for (const kind of [
    'versioning',
    'server_side_encryption_configuration',
    'public_access_block',
    'ownership_controls',
    'lifecycle_configuration',
    'policy',
  ])
    assert.ok(resources.includes(`aws_s3_bucket_${kind}.store`), `no aws_s3_bucket_${kind}`);
  for (const block of [
    'block_public_acls',
    'block_public_policy',
    'ignore_public_acls',
    'restrict_public_buckets',
  ])
    assert.match(text, new RegExp(`${block}\\s*= true`));
  assert.match(text, /aws:SecureTransport/);
});

test('the catalog is encrypted, private, TLS only, and keeps its password out of the state', () => {
  const { text } = declaredOf('terraform/modules/postgres');
  for (const line of ['storage_encrypted', 'manage_master_user_password'])
    assert.match(text, new RegExp(`${line}\\s*= true`));
  assert.match(text, /publicly_accessible\s*= false/);
  assert.match(text, /name {2}= "rds.force_ssl"\n\s+value = "1"/);
  assert.doesNotMatch(text, /^\s*password\s*=/m);
});

test('roles are bound to single service accounts and to the store, without wildcards of actions', () => {
  const { text } = declaredOf('terraform/modules/iam');
  assert.doesNotMatch(text, /"s3:\*"|"\*"/);
  assert.match(text, /\$\{local\.issuer\}:sub/);
  const accounts = readFileSync(at('k8s/base/jobs/service-accounts.yaml'), 'utf8');
  for (const name of matches(text, /"(corpusmill-(?:spark|job))"/g))
    assert.match(accounts, new RegExp(`name: ${name}\n`));
});
