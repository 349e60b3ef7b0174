import type { Transaction } from '#prisma/client.ts';

/** The name of a watched domain; null where it is not watched. */
export async function loadDomainName(db: Transaction, id: string): Promise<string | null> {
  const row = await db.domain.findUnique({ where: { id }, select: { name: true } });
  return row?.name ?? null;
}

/** Makes a first test message of a domain due; where one is on the list, it keeps its time. */
export async function requestMessage(tx: Transaction, domainId: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO task (kind, ref, due_at) VALUES ('message', ${domainId}, now()) ON CONFLICT (kind, ref) DO NOTHING`;
}
