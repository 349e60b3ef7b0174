import { createHash } from 'node:crypto';
import type { Service } from '#lib/model/endpoint.ts';
import type { Database } from '#prisma/client.ts';

const dayMs = 86_400_000;

/** A row of the census as ingest would have written it. */
export interface SeededHolder {
  /** Pseudonym; any text becomes one. */
  readonly account: string;
  readonly client?: string;
  readonly version?: string;
  readonly host?: string;
  readonly address?: string;
  readonly service?: Service;
  readonly latched?: readonly string[];
  readonly supported?: readonly string[];
  readonly speaksDeep?: boolean;
  readonly tlsVersion?: string;
  readonly cipher?: string;
  readonly lastDay: Date;
  readonly source?: number;
}

/** A pseudonym with hyphens, as Postgres shows a UUID, for any text. */
export function testAccount(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function monday(day: Date): Date {
  return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * dayMs);
}

/** The number of a server, made where it is not there yet. */
export async function seedServer(
  db: Database,
  { host = 'mail.example.org', address = '', service = 'imap' }: Pick<SeededHolder, 'host' | 'address' | 'service'>,
): Promise<number> {
  const place = { host, address, service };
  return (await db.mailServer.upsert({ where: { host_address_service: place }, create: place, update: {} })).id;
}

/** The number of a client, made where it is not there yet. */
export async function seedClient(db: Database, name: string, version: string): Promise<number> {
  const client = { name, version };
  const row = await db.clientName.upsert({
    where: { name_version: client },
    create: { ...client, firstSeen: new Date(0) },
    update: {},
  });
  return row.id;
}

async function seedTags(db: Database, tags: readonly string[]): Promise<number> {
  const sorted = [...tags].sort();
  return (await db.tagSet.upsert({ where: { tags: sorted }, create: { tags: sorted }, update: {} })).id;
}

/** The number of the class of a row. */
export async function seedClass(db: Database, holder: Omit<SeededHolder, 'account' | 'lastDay'>): Promise<number> {
  const { client = '', version = '', latched = [], supported = [], tlsVersion = '', cipher = '' } = holder;
  const tls = { version: tlsVersion, cipher };
  const key = {
    client: await seedClient(db, client, version),
    server: await seedServer(db, holder),
    latched: await seedTags(db, latched),
    supported: await seedTags(db, supported),
    tls: (await db.clientTls.upsert({ where: { version_cipher: tls }, create: tls, update: {} })).id,
    speaksDeep: holder.speaksDeep ?? (latched.length > 0 || supported.length > 0),
  };
  const known = await db.censusClass.findFirst({ where: key });
  return (known ?? (await db.censusClass.create({ data: key }))).id;
}

/** Writes rows of the census with their deltas, one after the other. */
export async function seedHolders(db: Database, holders: readonly SeededHolder[]): Promise<void> {
  for (const holder of holders) {
    const classId = await seedClass(db, holder);
    const { server, client } = await db.censusClass.findUniqueOrThrow({ where: { id: classId } });
    const lastDay = new Date(Math.floor(holder.lastDay.getTime() / dayMs) * dayMs);
    await db.latchHolder.create({
      data: {
        ...{ account: testAccount(holder.account), server, client, class: classId, lastDay, firstDay: lastDay },
        reportedAt: holder.lastDay,
        source: holder.source ?? 1,
      },
    });
    await db.censusDelta.create({ data: { class: classId, week: monday(lastDay), change: 1 } });
  }
}
