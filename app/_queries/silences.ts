import type { SilenceItem } from '#components/silence-table.tsx';
import { findFinding } from '#lib/checks/registry.ts';
import { silenceMatches } from '#lib/incidents/silence.ts';
import { findSilence, listSilences, readSilences, type SilenceSummary } from '#prisma/commands/silences.ts';
import { database } from './database.ts';
import type { IncidentRecord } from './incidents.ts';

function silenceItem({ code, ...silence }: SilenceSummary): SilenceItem {
  return { ...silence, summary: code === null ? null : (findFinding(code)?.summary ?? code) };
}

/** Silences as rows of a list, the newest first. */
export async function listSilenceItems(): Promise<readonly SilenceItem[]> {
  return (await listSilences(database())).map(silenceItem);
}

/**
 * The silence in force for an incident, by which workers tell nobody of it: the one that lasts longest of those for the
 * incident, its host or its code. `others` is how many more are in force for it. Null: there is none, or it is over.
 */
export async function readIncidentSilence(
  { id, code, host, engineState }: Pick<IncidentRecord, 'id' | 'code' | 'host' | 'engineState'>,
  now: Date,
): Promise<{ readonly silence: SilenceItem; readonly others: number } | null> {
  if (engineState === 'resolved') return null;
  const about = { code, host, incidentId: id };
  const matching = (await readSilences(database(), now)).filter((silence) => silenceMatches(silence, about));
  const silence = findSilence(matching, about);
  return silence === null ? null : { silence: silenceItem(silence), others: matching.length - 1 };
}
