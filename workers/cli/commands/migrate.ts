import { migrateOrRefuse, useDatabase } from '#workers/database/use-database.ts';
import type { Command } from '../command.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { parseArguments } from '../usage-error.ts';

/** `latchwatch migrate` */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring the database up to date (start does it by itself)',
  usage: `Usage: latchwatch migrate

Applies the migrations that the database has not had. Any number of processes may do so
at the same time; one works, the others wait. For installations that run web and worker
as separate services: run it once before them.`,
  run: async ({ args, env, err }) => {
    parseArguments({ args: [...args], options: {} });
    await useDatabase(readSettingsOrRefuse(env), async (url) => {
      await migrateOrRefuse(url);
      err('The database is up to date.');
    });
    return 0;
  },
};
