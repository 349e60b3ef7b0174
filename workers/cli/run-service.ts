import { makeDataFolder, readOrMakePseudonymKeys, readOrMakeSecret } from '#workers/database/data-folder.ts';
import { runningDatabase } from '#workers/database/use-database.ts';
import { childEnvironment } from './child-environment.ts';
import type { CommandContext, ExitStatus } from './command.ts';
import type { Program } from './programs.ts';
import { readSettingsOrRefuse } from './read-settings-or-refuse.ts';
import { runServices } from './run-services.ts';
import type { Environment, Settings } from '#lib/settings.ts';

/** Runs one program as a service of its own, beside a database that somebody else runs and has migrated. */
export async function runService(options: {
  readonly context: CommandContext;
  readonly program: Program;
  readonly announce: boolean;
  readonly prepare: (service: {
    readonly settings: Settings;
    readonly databaseUrl: string;
    readonly env: Environment;
  }) => Promise<void>;
}): Promise<ExitStatus> {
  const { context, program, announce } = options;
  const settings = readSettingsOrRefuse(context.env);
  const databaseUrl = runningDatabase(settings);
  if (settings.secret === null || settings.pseudonymKeys === null) makeDataFolder(settings.dataFolder);
  const secret = settings.secret ?? readOrMakeSecret(settings.dataFolder);
  const pseudonymKeys = settings.pseudonymKeys ?? readOrMakePseudonymKeys(settings.dataFolder);
  const environment = childEnvironment(context.env, settings, { databaseUrl, secret, pseudonymKeys });
  await options.prepare({ settings, databaseUrl, env: environment });
  await runServices({ context, settings, environment, programs: [program], announce });
  return 0;
}
