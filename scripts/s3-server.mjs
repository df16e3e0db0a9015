// An S3 server for tests of every language, with a proxy in front that breaks requests by rule.
// Prints one line of JSON, `{ endpoint, direct, bucket, folder }` (`{}` where there is no server to start), and ends
// with its standard input. Rules: PUT {endpoint}/_faults (lib/s3-faults.mjs).
import { FaultProxy } from './lib/s3-faults.mjs';
import { findGateway, startGateway } from './lib/s3-gateway.mjs';

const BUCKET = 'corpusmill-test';

const program = await findGateway();
if (program === null) {
  process.stdout.write('{}\n');
} else {
  const gateway = await startGateway(program, BUCKET);
  const proxy = new FaultProxy(gateway.endpoint);
  const endpoint = await proxy.start();
  const facts = { endpoint, direct: gateway.endpoint, bucket: BUCKET, folder: gateway.folder };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  process.stdin.resume();
  process.stdin.once('end', async () => {
    await proxy.stop();
    await gateway.stop();
  });
}
