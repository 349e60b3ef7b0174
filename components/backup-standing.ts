import type { Tone } from './ui/tone.ts';

/** What is known of backups; times in milliseconds since the epoch. */
export interface BackupStanding {
  readonly told: readonly { readonly name: string; readonly at: number; readonly note: string }[];
  /** Archiving of the write-ahead log; null: it is off. */
  readonly archiving: {
    readonly archivedAt: number | null;
    readonly failedAt: number | null;
    readonly failures: number;
  } | null;
  /** Servers that stream from this one, as far as our account sees them. */
  readonly standbys: number;
  readonly databaseBytes: number;
}

const hourMs = 3_600_000;

/** A nightly backup may be late by two hours; a week without one is an error. */
export function backupTone(at: number, now: number): 'ok' | 'warn' | 'fail' {
  const ageMs = now - at;
  return ageMs <= 26 * hourMs ? 'ok' : ageMs <= 8 * 24 * hourMs ? 'warn' : 'fail';
}

/** Whether the archive of the write-ahead log works: its last word counts. */
export function archiveTone({ archivedAt, failedAt }: NonNullable<BackupStanding['archiving']>): Tone {
  if (failedAt !== null && (archivedAt === null || failedAt > archivedAt)) return 'fail';
  return archivedAt === null ? 'unknown' : 'ok';
}

/** All backups together, in one sentence. Nobody telling us is not the same as no backup. */
export function backupSummary(
  { told, archiving }: BackupStanding,
  now: number,
): { readonly tone: Tone; readonly text: string } {
  const latest = told.toSorted((a, b) => b.at - a.at)[0];
  const archive = archiving === null ? null : archiveTone(archiving);
  if (archive === 'fail') return { tone: 'fail', text: 'The archive of the write-ahead log fails.' };
  if (latest === undefined) {
    if (archive === 'ok')
      return { tone: 'ok', text: 'The write-ahead log is archived; no full backup said it was done.' };
    return { tone: 'unknown', text: 'Nobody has told us of a backup: there may be none.' };
  }
  const tone = backupTone(latest.at, now);
  const hours = Math.floor((now - latest.at) / hourMs);
  const age = hours < 48 ? `${String(hours)} h` : `${String(Math.floor(hours / 24))} days`;
  return { tone, text: `The last backup said it was done ${age} ago.` };
}
