import { describe, expect, it } from '@jest/globals';
import { submissionFault } from './pod-reasons.js';

const LOG = `failed to submit spark application: failed to run spark-submit: WARNING: Using incubator modules
26/11/21 15:41:14 WARN Utils: Your hostname, vm, resolves to a loopback address
26/11/21 15:41:24 ERROR Client: Please check "kubectl auth can-i create pod" first. It should be yes.
`;

describe('submissionFault', () => {
  it('gives the words of the API server where it refused the driver', () => {
    const refusal =
      'pods "a-driver" is forbidden: exceeded quota: jobs, requested: pods=1, used: pods=0, limited: pods=0';
    const output = `${LOG}Exception in thread "main" io.fabric8.KubernetesClientException: Failure executing: POST at: https://127.0.0.1:6443/api/v1/namespaces/jobs/pods. Message: ${refusal}. Received status: Status(apiVersion=v1, code=403, message=${refusal}).
\tat io.fabric8.kubernetes.client.KubernetesClientException.copyAsCause(KubernetesClientException.java:205)`;
    expect(submissionFault(output)).toBe(refusal);
  });

  it('gives the exception where there is no answer of the API server', () => {
    const output = `${LOG}Exception in thread "main" org.apache.spark.SparkException: no such image\n\tat org.apache.spark.X`;
    expect(submissionFault(output)).toBe('org.apache.spark.SparkException: no such image');
  });

  it('leaves any other text as it is', () => {
    expect(submissionFault('driver pod not found')).toBe('driver pod not found');
    expect(submissionFault('')).toBe('');
  });
});
