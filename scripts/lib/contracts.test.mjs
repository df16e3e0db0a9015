import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';

import { at } from './paths.mjs';

const require = createRequire(at('control-plane/server/package.json'));
const Ajv = require('ajv/dist/2020.js').default;
const addFormats = require('ajv-formats').default;

const CONTRACTS = at('docs/contracts');
const read = (...parts) => JSON.parse(readFileSync(path.join(CONTRACTS, ...parts), 'utf8'));
const names = readdirSync(CONTRACTS)
  .filter((name) => name.endsWith('.schema.json'))
  .map((name) => name.replace('.schema.json', ''));

for (const name of names) {
  const ajv = addFormats(new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false }));
  const validate = ajv.compile(read(`${name}.schema.json`));
  for (const kind of ['valid', 'invalid']) {
    for (const example of readdirSync(path.join(CONTRACTS, 'examples', name, kind))) {
      test(`${name}: ${example} is ${kind}`, () => {
        assert.equal(
          validate(read('examples', name, kind, example)),
          kind === 'valid',
          JSON.stringify(validate.errors),
        );
      });
    }
  }
}

const { parse } = require('yaml');

for (const example of readdirSync(at('docs/examples')).filter((name) => name.endsWith('.yaml'))) {
  test(`example recipe ${example} is valid`, () => {
    const validate = addFormats(new Ajv({ strict: false })).compile(read('recipe.schema.json'));
    assert.ok(
      validate(parse(readFileSync(at('docs/examples', example), 'utf8'))),
      JSON.stringify(validate.errors),
    );
  });
}
