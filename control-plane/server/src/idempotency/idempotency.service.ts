import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Request, Response } from 'express';
import { canonicalDigest } from '../common/canonical-json.js';
import { Database, databaseNow } from '../database/database.js';
import { IdempotencyEntity } from './idempotency.entity.js';
import { IdempotencyKeyInUse, IdempotencyKeyRequired, IdempotencyKeyReused } from './idempotency.errors.js';

const KEEP_MS = 24 * 3600 * 1000;
/** A reservation without an answer after so long belongs to a server that was killed. */
const ABANDONED_MS = 60_000;
const MAX_KEY_LENGTH = 255;

export interface StoredResponse {
  readonly status: number;
  readonly location: string | null;
  readonly etag: string | null;
  /** JSON text, so that every answer has the same bytes. */
  readonly body: string;
}

/** Stores the answer; call it in the transaction that has the effect. */
export type Complete = (em: EntityManager, response: StoredResponse) => Promise<void>;

interface Reservation {
  readonly scope: string;
  readonly fingerprint: string;
}

/** Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): one effect per key, the same answer each time. */
@Injectable()
export class IdempotencyService {
  constructor(private readonly database: Database) {}

  /** Answers `request` with `work`, or with the stored answer. Failures are not stored: they had no effect. */
  async answer(
    request: Request,
    response: Response,
    work: (complete: Complete) => Promise<StoredResponse>,
  ): Promise<string> {
    const stored = await this.execute(reservationOf(request), work);
    response.status(stored.status).type('application/json');
    if (stored.location !== null) response.setHeader('Location', stored.location);
    if (stored.etag !== null) response.setHeader('ETag', stored.etag);
    return stored.body;
  }

  private async execute(
    reservation: Reservation,
    work: (complete: Complete) => Promise<StoredResponse>,
  ): Promise<StoredResponse> {
    const known = await this.reserve(reservation);
    if (known !== null) return known;
    try {
      return await work((em, stored) => complete(em, reservation, stored));
    } catch (error) {
      await this.database.transaction((em) =>
        em.nativeDelete(IdempotencyEntity, { scope: reservation.scope, response: null }),
      );
      throw error;
    }
  }

  /** The stored answer, or null where the caller now holds the reservation. */
  private async reserve({ scope, fingerprint }: Reservation): Promise<StoredResponse | null> {
    return this.database.transaction(async (em) => {
      const now = await databaseNow(em);
      await em.nativeDelete(IdempotencyEntity, { createdAt: { $lt: new Date(now.getTime() - KEEP_MS) } });
      const inserted = await em.execute(
        `insert into idempotency_keys (scope, fingerprint, created_at) values (?, ?, ?) on conflict (scope) do nothing returning scope`,
        [scope, fingerprint, now],
      );
      if (inserted.length > 0) return null;
      const row = await em.findOne(IdempotencyEntity, { scope });
      if (row === null) throw new IdempotencyKeyInUse();
      if (row.fingerprint !== fingerprint) throw new IdempotencyKeyReused();
      if (row.response != null) return row.response;
      const abandoned = { scope, response: null, createdAt: { $lt: new Date(now.getTime() - ABANDONED_MS) } };
      if ((await em.nativeUpdate(IdempotencyEntity, abandoned, { createdAt: now })) === 0)
        throw new IdempotencyKeyInUse();
      return null;
    });
  }
}

async function complete(
  em: EntityManager,
  reservation: Reservation,
  response: StoredResponse,
): Promise<void> {
  await em.nativeUpdate(IdempotencyEntity, { scope: reservation.scope }, { response });
}

function reservationOf(request: Request): Reservation {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_LENGTH)
    throw new IdempotencyKeyRequired();
  const scope = `${request.method} ${request.path} ${key}`;
  return { scope, fingerprint: canonicalDigest([request.method, request.path, request.body ?? null]) };
}
