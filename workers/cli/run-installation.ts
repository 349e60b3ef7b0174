import type { Environment } from '#lib/settings.ts';
import {
  announceDatabase,
  ownDataFolder,
  readOrMakePseudonymKeys,
  readOrMakeSecret,
  withdrawDatabase,
} from '#workers/database/data-folder.ts';
import { migrateOrRefuse } from '#workers/database/use-database.ts';
import { childEnvironment } from './child-environment.ts';
import type { CommandContext } from './command.ts';
import { keepDatabase } from './keep-database.ts';
import type { Program } from './programs.ts';
import { readSettingsOrRefuse } from './read-settings-or-refuse.ts';
import { printSetupLink, requireFreePort, runServices } from './run-services.ts';

/**
 * Brings everything up in order (owner lock, database, migrations, `prepare`, programs) and takes it down in the
 * opposite order when the context's signal asks.
 * @throws Refusal with the sentence for the terminal; everything is stopped by then.
 */
export async function runInstallation(options: {
  readonly context: CommandContext;
  readonly programs: readonly Program[];
  /** What the programs need, done once the database is up: building the console. */
  readonly prepare: (env: Environment) => Promise<void>;
}): Promise<void> {
  const { context } = options;
  const settings = readSettingsOrRefuse(context.env);
  const lock = await ownDataFolder(settings.dataFolder);
  try {
    const { host, port, ingestPort } = settings;
    await requireFreePort({ host, port, setting: 'PORT' });
    await requireFreePort({ host, port: ingestPort, setting: 'LATCHWATCH_INGEST_PORT' });
    const kept = settings.databaseUrl === null ? await keepDatabase(settings.dataFolder, context.err) : null;
    const killDatabase = (): void => kept?.kill();
    process.once('exit', killDatabase);
    try {
      const databaseUrl = settings.databaseUrl ?? kept?.url ?? '';
      await migrateOrRefuse(databaseUrl);
      announceDatabase(settings.dataFolder, databaseUrl);
      const secret = settings.secret ?? readOrMakeSecret(settings.dataFolder);
      const pseudonymKeys = settings.pseudonymKeys ?? readOrMakePseudonymKeys(settings.dataFolder);
      const environment = childEnvironment(context.env, settings, { databaseUrl, secret, pseudonymKeys });
      await options.prepare(environment);
      if (context.signal.aborted) return;
      await printSetupLink(context, settings, databaseUrl);
      await runServices({
        context,
        settings,
        environment,
        programs: options.programs,
        announce: true,
        ...(kept === null ? {} : { failure: kept.gaveUp }),
      });
    } finally {
      withdrawDatabase(settings.dataFolder);
      await kept?.stop();
      process.removeListener('exit', killDatabase);
    }
  } finally {
    await lock.release();
  }
}
