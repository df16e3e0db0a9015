import { S3Client } from '@aws-sdk/client-s3';
import type { S3Config } from '../config/config.js';

/**
 * Tries of one request, with the SDK's jittered exponential pauses (about 10 s in all). Longer outages are for
 * the caller: the reconciler looks again, and a client of the API gets 503.
 */
const ATTEMPTS = 8;
const CONNECT_MS = 5000;
const SILENCE_MS = 30_000;

/**
 * A client for the configured endpoint. Credentials come from the SDK's default chain (environment, web identity,
 * container, instance) and are read by nobody else.
 */
export function createS3Client({ endpoint, region }: S3Config): S3Client {
  return new S3Client({
    maxAttempts: ATTEMPTS,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    ...(region !== null && { region }),
    // Other servers than Amazon's seldom have a host name for each bucket.
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
  });
}
