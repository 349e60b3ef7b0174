import type { PromisedTag } from '#lib/census/presumed.ts';
import { database } from './database.ts';

/** Every tag that a host ever advertised, from the ledger: what its clients are presumed to hold. */
export async function readPromisedTags(): Promise<readonly PromisedTag[]> {
  const rows = await database().commitment.findMany({ select: promise });
  return rows.map(toPromise);
}

/** The same of some hosts. */
export async function readPromisedTagsOf(hosts: readonly string[]): Promise<readonly PromisedTag[]> {
  const rows = await database().commitment.findMany({ where: { host: { in: [...hosts] } }, select: promise });
  return rows.map(toPromise);
}

const promise = { host: true, tag: true, firstSeen: true } as const;

function toPromise({ firstSeen, ...rest }: { readonly host: string; readonly tag: string; readonly firstSeen: Date }) {
  return { ...rest, firstSeen: firstSeen.getTime() };
}
