import type { SilenceItem } from '#components/silence-table.tsx';
import { findFinding } from '#lib/checks/registry.ts';
import { listSilences } from '#prisma/commands/silences.ts';
import { database } from './database.ts';

/** Silences as rows of a list, the newest first. */
export async function listSilenceItems(): Promise<readonly SilenceItem[]> {
  const silences = await listSilences(database());
  return silences.map(({ code, ...silence }) => ({
    ...silence,
    summary: code === null ? null : (findFinding(code)?.summary ?? code),
  }));
}
