import { buildConsole } from '../build-console.ts';
import type { Command } from '../command.ts';
import { ingestProgram, watchdogProgram, webProgram, workerProgram } from '../programs.ts';
import { projectFolder } from '../project-folder.ts';
import { runInstallation } from '../run-installation.ts';
import { parseArguments } from '../usage-error.ts';

/** `latchwatch start` */
export const startCommand: Command = {
  name: 'start',
  summary: 'Run everything: database, console, worker and ingest',
  usage: `Usage: latchwatch start

Starts the database (the one of DATABASE_URL, or a Postgres of its own in ./data), brings it
up to date, builds the console where that has not been done, and runs console, worker, ingest and
watchdog until Ctrl-C or SIGTERM. Prints the address, and until there is an administrator the link
that creates one. Settings are environment variables; the README lists them.`,
  run: async (context) => {
    parseArguments({ args: [...context.args], options: {} });
    await runInstallation({
      context,
      programs: [webProgram, workerProgram, ingestProgram, watchdogProgram],
      prepare: async (env) => {
        try {
          await buildConsole({ folder: projectFolder, env, signal: context.signal, progress: context.err });
        } catch (error) {
          // Asked to stop in the middle of the build: that is no failure.
          if (!context.signal.aborted) throw error;
        }
      },
    });
    return 0;
  },
};
