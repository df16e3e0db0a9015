import { KubeConfig } from '@kubernetes/client-node';
import { writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { randomToken } from '../../../src/common/ids.js';
import { until } from '../until.js';

/**
 * The cluster of KUBECONFIG, where CORPUSMILL_TEST_CLUSTER=1 says that tests may use it; null elsewhere, and the
 * tests that need it are skipped: a developer's KUBECONFIG may name a cluster that others live on.
 */
export const REAL_KUBECONFIG =
  process.env['CORPUSMILL_TEST_CLUSTER'] === '1' ? (process.env['KUBECONFIG'] ?? null) : null;

/** Keeps its connections: a test of thousands of calls would spend itself in TLS handshakes. */
let agent: Agent | null = null;

/** A call with the rights of KUBECONFIG; the answer's JSON. Throws on any status but success and 404. */
export async function adminCall(method: string, path: string, body?: object): Promise<unknown> {
  const config = loadConfig();
  const options: RequestOptions = {
    method,
    headers: { 'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' },
  };
  await config.applyToHTTPSOptions(options);
  agent ??= new Agent({ ...(options.agent as Agent).options, keepAlive: true });
  options.agent = agent;
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const sent = httpsRequest(new URL(config.getCurrentCluster()!.server + path), options, resolve);
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const content = await text(answer);
  if (answer.statusCode! >= 300 && answer.statusCode !== 404)
    throw new Error(`${method} ${path}: ${content}`);
  return JSON.parse(content);
}

/** A namespace of a test's own. */
export class TestNamespace {
  private constructor(readonly name: string) {}

  static async create(): Promise<TestNamespace> {
    const name = `corpusmill-test-${randomToken().slice(0, 8)}`;
    await adminCall('POST', '/api/v1/namespaces', { metadata: { name } });
    return new TestNamespace(name);
  }

  async remove(): Promise<void> {
    await adminCall('DELETE', `/api/v1/namespaces/${this.name}`);
  }

  /** Writes a kubeconfig of a new service account that has these rules alone in this namespace. */
  async limitedKubeconfig(path: string, rules: readonly object[]): Promise<string> {
    const account = `limited-${randomToken().slice(0, 8)}`;
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${this.name}`;
    await adminCall('POST', `/api/v1/namespaces/${this.name}/serviceaccounts`, {
      metadata: { name: account },
    });
    await adminCall('POST', `${rbac}/roles`, { metadata: { name: account }, rules });
    await adminCall('POST', `${rbac}/rolebindings`, {
      metadata: { name: account },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: this.name }],
    });
    const token = await this.token(account);
    const config = loadConfig();
    const cluster = config.getCurrentCluster()!;
    const limited = new KubeConfig();
    limited.loadFromClusterAndUser(cluster, { name: account, token });
    writeFileSync(path, limited.exportConfig());
    return path;
  }

  private async token(account: string): Promise<string> {
    let token = '';
    await until(async () => {
      const answer = await adminCall(
        'POST',
        `/api/v1/namespaces/${this.name}/serviceaccounts/${account}/token`,
        { spec: { expirationSeconds: 3600 } },
      );
      token = (answer as { status?: { token?: string } }).status?.token ?? '';
      return token !== '';
    });
    return token;
  }
}

function loadConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(REAL_KUBECONFIG!);
  return config;
}
