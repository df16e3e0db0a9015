import { at } from '../../lib/paths.mjs';

/** Where a test finds what it shares with the others of its run. */
export const STATE = at('.tools/cluster/state.json');
export const OVERLAY = at('.tools/cluster/overlay');

/** Access to the cluster's S3 server, from pods and from here alike; the test cluster's where nothing is said. */
export function s3Access(environment = process.env) {
  return {
    AWS_ENDPOINT_URL_S3: environment.AWS_ENDPOINT_URL_S3 ?? 'http://10.99.0.1:9000',
    AWS_REGION: environment.AWS_REGION ?? 'us-east-1',
    AWS_ACCESS_KEY_ID: environment.AWS_ACCESS_KEY_ID ?? 'corpusmill',
    AWS_SECRET_ACCESS_KEY: environment.AWS_SECRET_ACCESS_KEY ?? 'corpusmill-secret',
  };
}

/** Names of the images, which the cluster's nodes have or can pull. */
export function imageNames(environment = process.env) {
  const prefix = environment.CORPUSMILL_TEST_IMAGES ?? 'localhost/corpusmill';
  const tag = environment.CORPUSMILL_TEST_TAG ?? 'dev';
  return Object.fromEntries(
    ['control-plane', 'spark', 'ray', 'postgres'].map((name) => [name, { name: `${prefix}/${name}`, tag }]),
  );
}
