import type { Database } from '#prisma/client.ts';

/** Says that a worker lives, by Postgres' clock, and forgets workers that have been silent for a day. */
export async function saveHeartbeat(
  database: Database,
  { workerId, vantage }: { readonly workerId: string; readonly vantage: string },
): Promise<void> {
  await database.$executeRaw`
    INSERT INTO worker_heartbeat (id, vantage, started_at, beat_at) VALUES (${workerId}, ${vantage}, now(), now())
    ON CONFLICT (id) DO UPDATE SET beat_at = now()`;
  await database.$executeRaw`DELETE FROM worker_heartbeat WHERE beat_at < now() - interval '1 day'`;
}

/** Writes down that our probes come from this address, so that ingest does not take them for clients. */
export async function saveProbeAddress(database: Database, address: string): Promise<void> {
  await database.$executeRaw`
    INSERT INTO probe_address (address, first_seen) VALUES (${address}, now()) ON CONFLICT DO NOTHING`;
}

/** A worker that ends says so. */
export async function removeHeartbeat(database: Database, workerId: string): Promise<void> {
  await database.workerHeartbeat.deleteMany({ where: { id: workerId } });
}
