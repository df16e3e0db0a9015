import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createS3Client } from '../src/storage/s3-client.js';
import { S3Storage } from '../src/storage/s3-storage.js';
import { ClusterWorkspace } from './support/cluster/cluster-workspace.js';
import { HAS_S3, S3_CREDENTIALS, S3Server } from './support/s3-server.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { until } from './support/until.js';

(HAS_S3 ? describe : describe.skip)('runs on Kubernetes with a store in S3', () => {
  let s3: S3Server;
  let cluster: ClusterWorkspace;
  let running: TestServer;

  beforeEach(async () => {
    Object.assign(process.env, S3_CREDENTIALS);
    s3 = await S3Server.start();
    cluster = await ClusterWorkspace.create(s3.env());
    running = await startTestServer(
      cluster.workspace,
      cluster.env({ ...s3.env(), CORPUSMILL_KUBERNETES_STORE_CLAIM: '' }),
    );
  });

  afterEach(async () => {
    await s3.break([]);
    await running.server.close('end');
    await cluster.remove();
    await s3.stop();
  });

  it('end their workload on a cancel while the store is away, and are over once it is back', async () => {
    const { endpoint, bucket } = s3.facts;
    const client = createS3Client({ endpoint, region: 'us-east-1', presignSeconds: 0 });
    const uri = `s3://${bucket}/crawl/a.jsonl`;
    await new S3Storage(s3.rootUri, client).put(uri, Buffer.from('{"text":"a"}\n'));
    cluster.workspace.behave({ extract: { hang: 9 } });
    const submitted = await running.api.submit(cluster.workspace, {
      ...cluster.workspace.recipe({ extract: {} }),
      sources: [{ name: 'web', kind: 'jsonl', uris: [uri] }],
    });
    await running.api.until(submitted.id, (run) => run.steps[0]!.attempts[0]?.state === 'running');
    await s3.break([{ fault: 'outage' }]);
    await running.api.command(submitted.id, 'cancel');
    await until(() => ['sparkapplications', 'pods'].every((plural) => cluster.objects(plural).length === 0));
    expect((await running.api.run(submitted.id)).state).toBe('cancelling');
    await s3.break([]);
    expect((await running.api.finished(submitted.id)).state).toBe('cancelled');
  });
});
