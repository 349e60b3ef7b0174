import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '#prisma/client.ts';
import { errorText } from '#lib/error-text.ts';
import type { ConnectionLimit, Log, Random } from '#workers/ports.ts';

const maxConnections = 2;
/** Beyond the deadline, for the goodbye: a place whose holder died comes free after this. */
const graceMs = 5_000;
const firstRetryMs = 40;
const maxRetryMs = 400;

/**
 * At most two connections an address at a time, over all workers that share the database. A place is a row with a
 * lease, taken by one statement.
 */
export function createConnectionLimit(options: {
  readonly database: Database;
  readonly random: Random;
  readonly log: Log;
}): ConnectionLimit {
  const { database, random, log } = options;
  return async (address, deadline, work) => {
    const holder = randomUUID();
    let retryMs = firstRetryMs;
    for (;;) {
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) return null;
      if (await takePlace(database, { address, holder, leaseMs: remainingMs + graceMs })) break;
      const pauseMs = retryMs * (0.5 + random());
      if (pauseMs >= deadline - performance.now()) return null;
      await delay(pauseMs);
      retryMs = Math.min(retryMs * 2, maxRetryMs);
    }
    try {
      return await work();
    } finally {
      // What was seen counts more than the place: its lease ends by itself.
      await database.connectionSlot
        .deleteMany({ where: { address, holder } })
        .catch((error: unknown) => log.warn('a connection slot was not given back', { error: errorText(error) }));
    }
  };
}

/** Of two that want the same row, the second finds it leased and comes again. */
async function takePlace(
  database: Database,
  { address, holder, leaseMs }: { readonly address: string; readonly holder: string; readonly leaseMs: number },
): Promise<boolean> {
  const taken = await database.$executeRaw`
    INSERT INTO connection_slot (address, slot, holder, lease_until)
    SELECT ${address}, place.number, ${holder}, now() + ${leaseMs} * interval '1 millisecond'
    FROM generate_series(1, ${maxConnections}::int) AS place(number)
    WHERE NOT EXISTS (
      SELECT 1 FROM connection_slot AS held
      WHERE held.address = ${address} AND held.slot = place.number AND held.lease_until > now()
    )
    ORDER BY random() LIMIT 1
    ON CONFLICT (address, slot) DO UPDATE SET holder = EXCLUDED.holder, lease_until = EXCLUDED.lease_until
    WHERE connection_slot.lease_until <= now()`;
  return taken === 1;
}
