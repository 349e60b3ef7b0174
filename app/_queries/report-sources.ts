import type { RefusedItem, SourceItem } from '#components/source-item.ts';
import { listSources, type SourceSummary } from '#prisma/commands/report-sources.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';

const hourMs = 3_600_000;
const refusedShown = 20;

/** Where reports are sent to: the host that people know this console by, and the port of ingest. */
export function ingestUrl(): string {
  const { publicUrl, ingestPort } = readWebSettings();
  return `http://${publicUrl.hostname}:${String(ingestPort)}/ingest/v1/reports`;
}

/** All sources with what came from them in this hour and the one before. */
export async function listSourceItems(now: number): Promise<readonly SourceItem[]> {
  return withCounts(await listSources(database()), now);
}

/** One source; null: there is none with this id. */
export async function findSourceItem(id: string, now: number): Promise<SourceItem | null> {
  const source = (await listSources(database())).find((one) => one.id === id);
  return source === undefined ? null : ((await withCounts([source], now))[0] ?? null);
}

async function withCounts(sources: readonly SourceSummary[], now: number): Promise<readonly SourceItem[]> {
  const since = Math.floor(now / hourMs) * hourMs - hourMs;
  const counts = await database().reportCount.groupBy({
    by: ['source'],
    where: { hour: { gte: new Date(since) }, source: { in: sources.map(({ number }) => number) } },
    _sum: { accepted: true, rejected: true, own: true, overflowed: true },
  });
  const bySource = new Map(counts.map(({ source, _sum }) => [source, _sum]));
  return sources.map((source) => {
    const count = bySource.get(source.number);
    return {
      id: source.id,
      name: source.name,
      addresses: source.addresses,
      hosts: source.hosts,
      perSecond: source.perSecond,
      createdAt: source.createdAt.getTime(),
      createdBy: source.createdBy,
      oldTokenUntil: source.oldTokenUntil?.getTime() ?? null,
      lastSeenAt: source.lastSeenAt?.getTime() ?? null,
      ended: endOf(source),
      recent: {
        since,
        accepted: Number(count?.accepted ?? 0),
        rejected: Number(count?.rejected ?? 0),
        own: Number(count?.own ?? 0),
        overflowed: Number(count?.overflowed ?? 0),
      },
    };
  });
}

function endOf(source: SourceSummary): SourceItem['ended'] {
  if (source.withdrawnAt !== null) {
    const { withdrawnAt, withdrawnBy, withdrawnReason } = source;
    return { how: 'withdrawn', at: withdrawnAt.getTime(), by: withdrawnBy ?? '', reason: withdrawnReason ?? '' };
  }
  if (source.revokedAt === null) return null;
  return { how: 'revoked', at: source.revokedAt.getTime(), by: source.revokedBy ?? '' };
}

/** Lines of a source that were refused lately, the newest first. They hold nothing that names an account. */
export async function listRefused(id: string): Promise<readonly RefusedItem[]> {
  const source = await database().reportSource.findUnique({ where: { id }, select: { number: true } });
  if (source === null) return [];
  const rows = await database().rejectedReport.findMany({
    where: { source: source.number },
    orderBy: { at: 'desc' },
    take: refusedShown,
  });
  return rows.map((row) => ({ id: String(row.id), at: row.at.getTime(), pointer: row.pointer, detail: row.detail }));
}
