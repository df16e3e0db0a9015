import { describe, expect, it } from '@jest/globals';
import { ApiError, type ApiOperation } from './api-error.js';
import { Rights } from './rights.js';

const operation = (verb: ApiOperation['verb']): ApiOperation => ({
  verb,
  group: '',
  resource: 'pods',
  namespace: 'jobs',
});
const refusal = (verb: ApiOperation['verb']) =>
  new ApiError(403, 'Forbidden', `User "u" cannot ${verb} resource "pods"`, operation(verb));
const rule = (verb: string) =>
  `the server may not ${verb} pods in namespace jobs; add to its Role: { apiGroups: [""], resources: ["pods"], verbs: ["${verb}"] }`;

describe('rights of the server', () => {
  it('are missing from a refusal until the same operation is allowed', () => {
    const rights = new Rights();
    rights.refused(refusal('delete'));
    rights.refused(refusal('list'));
    rights.refused(refusal('list'));
    expect(rights.messages()).toEqual([rule('delete'), rule('list')]);
    rights.allowed(operation('delete'));
    expect(rights.messages()).toEqual([rule('list')]);
    expect([rights.isRefused(operation('list')), rights.isRefused(operation('delete'))]).toEqual([
      true,
      false,
    ]);
  });

  it('are forgotten ten minutes after they were last wanted', () => {
    let now = 0;
    const rights = new Rights(() => now);
    rights.refused(refusal('delete'));
    now = 599_999;
    expect(rights.messages()).toEqual([rule('delete')]);
    now = 600_000;
    expect(rights.messages()).toEqual([]);
  });
});
