import { buildConsole } from '../build-console.ts';
import type { Command } from '../command.ts';
import { webProgram } from '../programs.ts';
import { projectFolder } from '../project-folder.ts';
import { runService } from '../run-service.ts';
import { printSetupLink, requireFreePort } from '../run-services.ts';
import { parseArguments } from '../usage-error.ts';

/** `latchwatch web` */
export const webCommand: Command = {
  name: 'web',
  summary: 'Run the console and the API alone, as one of several services',
  usage: `Usage: latchwatch web

Runs the console and the API against the database of DATABASE_URL, which
\`latchwatch migrate\` has brought up to date. Prints the address once a worker is up too.`,
  run: (context) => {
    parseArguments({ args: [...context.args], options: {} });
    return runService({
      context,
      program: webProgram,
      announce: true,
      prepare: async ({ settings, databaseUrl, env }) => {
        await requireFreePort({ host: settings.host, port: settings.port, setting: 'PORT' });
        await buildConsole({ folder: projectFolder, env, signal: context.signal, progress: context.err });
        await printSetupLink(context, settings, databaseUrl);
      },
    });
  },
};
