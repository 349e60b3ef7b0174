import { describeBreak } from '#lib/audit/chain.ts';
import { auditChainDetail, auditChainSign, type AuditChainDetail } from '#lib/model/vital-sign.ts';
import type { Transaction } from '../client.ts';
import { verifyAuditChain, type ChainReport } from './audit.ts';

/** Follows the whole chain and keeps what came of it for the console. `expected` as in `verifyAuditChain`. */
export async function followWholeChain(
  db: Transaction,
  { expected, now }: { readonly expected: string | null; readonly now: Date },
): Promise<ChainReport> {
  const report = await verifyAuditChain(db, expected);
  const detail: AuditChainDetail = {
    whole: report.whole,
    entries: report.end.count,
    head: report.end.head,
    broken: report.whole ? '' : describeBreak(report.broken),
  };
  const key = { name: auditChainSign, vantage: '' };
  await db.vitalSign.upsert({
    where: { name_vantage: key },
    create: { ...key, at: now, detail },
    update: { at: now, detail },
  });
  return report;
}

/** When it was followed last, and what came of it; null: never. */
export async function readChainLook(db: Transaction): Promise<({ readonly at: Date } & AuditChainDetail) | null> {
  const row = await db.vitalSign.findUnique({ where: { name_vantage: { name: auditChainSign, vantage: '' } } });
  const detail = auditChainDetail.safeParse(row?.detail);
  return row === null || !detail.success ? null : { at: row.at, ...detail.data };
}
