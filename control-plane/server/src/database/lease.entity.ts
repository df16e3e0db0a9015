import { defineEntity, p } from '@mikro-orm/core';

/** Who may act; `epoch` grows with every change of holder and fences off the one before. */
export const LeaseEntity = defineEntity({
  name: 'Lease',
  tableName: 'leases',
  properties: {
    name: p.string().length(40).primary(),
    holder: p.string().length(120),
    epoch: p.bigint('number'),
    expiresAt: p.datetime(3),
  },
});
