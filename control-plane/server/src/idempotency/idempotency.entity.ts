import { defineEntity, p } from '@mikro-orm/core';

/** A request that was sent with an Idempotency-Key; kept for 24 h. */
export const IdempotencyEntity = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  properties: {
    /** method, path and key */
    scope: p.string().length(400).primary(),
    fingerprint: p.string().length(64),
    /** null while the first request is still being answered */
    response: p
      .json<{
        readonly status: number;
        readonly location: string | null;
        readonly etag: string | null;
        readonly body: string;
      }>()
      .nullable(),
    createdAt: p.datetime(3).index(),
  },
});
