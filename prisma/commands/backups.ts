import { storableText } from '#lib/model/stored-text.ts';
import { backupDetail, backupSign } from '#lib/model/vital-sign.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Transaction } from '../client.ts';

/** A backup that said of itself that it was done. */
export interface ToldBackup {
  readonly name: string;
  /** When it said so last. */
  readonly at: Date;
  readonly note: string;
}

const nameShape = /^[a-z0-9][a-z0-9._-]{0,49}$/;
const maxNoteCharacters = 200;
const maxBackups = 50;

/** Notes that a backup of the database is done. The error is a sentence for whoever wrote the command. */
export async function noteBackup(
  db: Transaction,
  told: { readonly name: string; readonly note: string; readonly now: Date },
): Promise<Result<null>> {
  const { name, note, now } = told;
  if (!nameShape.test(name)) {
    return err('The name of a backup has lower-case letters, digits, dots and dashes, at most 50: nightly, wal-g.');
  }
  if (note.length > maxNoteCharacters) return err(`The note has at most ${String(maxNoteCharacters)} characters.`);
  const key = { name: backupSign, vantage: name };
  const row = { at: now, detail: { note: storableText(note) } };
  const known = await db.vitalSign.count({ where: { name: backupSign, vantage: { not: name } } });
  if (known >= maxBackups) return err(`There are ${String(maxBackups)} names of backups already: use one of them.`);
  await db.vitalSign.upsert({ where: { name_vantage: key }, create: { ...key, ...row }, update: row });
  return ok(null);
}

/** Backups that ever said something, the latest first. */
export async function readToldBackups(db: Transaction): Promise<readonly ToldBackup[]> {
  const rows = await db.vitalSign.findMany({
    where: { name: backupSign },
    orderBy: [{ at: 'desc' }, { vantage: 'asc' }],
    take: maxBackups,
  });
  return rows.map(({ vantage, at, detail }) => ({
    name: vantage,
    at,
    note: backupDetail.catch({ note: '' }).parse(detail).note,
  }));
}
