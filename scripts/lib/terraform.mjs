import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

import { at } from './paths.mjs';
import { run } from './run.mjs';

const INIT_TIMEOUT_MILLISECONDS = 120_000;
const say = (text) => process.stderr.write(`check: terraform: ${text}\n`);

function terraform(environment, args) {
  const env = { ...process.env, TF_IN_AUTOMATION: '1', TF_DATA_DIR: at('.tools/terraform', environment) };
  const options = { cwd: at('terraform/environments', environment), encoding: 'utf8', env };
  return spawnSync('terraform', args, { ...options, timeout: INIT_TIMEOUT_MILLISECONDS });
}

/** True where the environment is valid, and where its provider cannot be fetched (which is said). */
function isValid(environment) {
  const init = terraform(environment, ['init', '-backend=false', '-input=false', '-no-color']);
  if (init.status !== 0) {
    const isOffline =
      init.status === null ||
      /could not connect|no such host|connection refused/i.test(init.stderr.replaceAll(/\W+/g, ' '));
    say(isOffline ? `the provider of ${environment} cannot be fetched; not validated` : init.stderr);
    return isOffline;
  }
  const validate = terraform(environment, ['validate', '-no-color']);
  if (validate.status !== 0) say(`${validate.stdout}${validate.stderr}`);
  return validate.status === 0;
}

/** `terraform fmt` and, as far as providers can be had, `terraform validate`; 0 where terraform is not installed. */
export async function terraformStatus({ fix }) {
  if (spawnSync('terraform', ['version'], { stdio: 'ignore' }).status !== 0) {
    say('not installed; scripts/lib/terraform.test.mjs alone checks terraform/');
    return 0;
  }
  const formatted = await run('terraform', [
    'fmt',
    '-recursive',
    ...(fix ? [] : ['-check', '-diff']),
    at('terraform'),
  ]);
  return formatted === 0 && readdirSync(at('terraform/environments')).every(isValid) ? 0 : 1;
}
