// The parts of the cluster tests that need no cluster.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { Outage } from '../cluster/lib/outage.mjs';
import { imageNames, s3Access } from '../cluster/lib/settings.mjs';
import { sharedCluster } from '../cluster/lib/shared-cluster.mjs';

test('an outage breaks connections that are open, refuses new ones, and is over when it ends', async () => {
  const server = createServer((_request, response) => response.end('here'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const outage = await Outage.open(`http://127.0.0.1:${server.address().port}`);
  const ask = () =>
    fetch(outage.endpoint, { headers: { connection: 'close' } }).then((answer) => answer.text());
  try {
    assert.equal(await ask(), 'here');
    outage.begin();
    await assert.rejects(ask());
    outage.end();
    assert.equal(await ask(), 'here');
  } finally {
    await outage.close();
    server.close();
  }
});

test('an open answer is cut off when an outage begins', async () => {
  const server = createServer((_request, response) => response.write('a part'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const outage = await Outage.open(`http://127.0.0.1:${server.address().port}`);
  const answer = await fetch(outage.endpoint);
  const reader = answer.body.getReader();
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'a part');
  outage.begin();
  await assert.rejects(reader.read());
  await outage.close();
  server.closeAllConnections();
  server.close();
});

test('settings of the environment win over those of the test cluster', () => {
  assert.equal(s3Access({}).AWS_REGION, 'us-east-1');
  assert.equal(s3Access({ AWS_ENDPOINT_URL_S3: 'http://s3:1' }).AWS_ENDPOINT_URL_S3, 'http://s3:1');
  assert.deepEqual(imageNames({ CORPUSMILL_TEST_IMAGES: 'r/c', CORPUSMILL_TEST_TAG: '7' }).ray, {
    name: 'r/c/ray',
    tag: '7',
  });
});

test('a kubeconfig of another cluster is not taken for the test cluster', () => {
  assert.equal(sharedCluster({ KUBECONFIG: '/home/somebody/.kube/config' }), null);
  assert.equal(sharedCluster({}), null);
});
