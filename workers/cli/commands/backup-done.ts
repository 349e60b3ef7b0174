import { noteBackup } from '#prisma/commands/backups.ts';
import type { Command } from '../command.ts';
import { parseArguments, UsageError } from '../usage-error.ts';
import { withDatabase } from '../with-database.ts';

/** `latchwatch backup-done` */
export const backupDoneCommand: Command = {
  name: 'backup-done',
  summary: 'Say that a backup of the database is done',
  usage: `Usage: latchwatch backup-done [--name NAME] [--note TEXT]

The last line of your backup script. The console shows under Settings, Backup, when it was said
last, and /metrics has the age: alert on it there.

  --name NAME   which backup it was, where there are several (default: database)
  --note TEXT   anything worth to see beside it, such as where it lies`,
  run: async (context) => {
    const { values } = parseArguments({
      args: [...context.args],
      options: { name: { type: 'string', default: 'database' }, note: { type: 'string', default: '' } },
    });
    const { name, note } = values;
    const noted = await withDatabase(context, (db) => noteBackup(db, { name, note, now: new Date() }));
    if (!noted.ok) throw new UsageError(noted.error);
    context.out(`Noted: the backup "${name}" is done.`);
    return 0;
  },
};
