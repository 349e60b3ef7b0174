import { buildConsole } from '../build-console.ts';
import type { Command } from '../command.ts';
import { projectFolder } from '../project-folder.ts';
import { parseArguments } from '../usage-error.ts';

/** `latchwatch build` */
export const buildCommand: Command = {
  name: 'build',
  summary: 'Build the console ahead of time (start does it by itself)',
  usage: `Usage: latchwatch build

Builds the console unless it was built from these very sources. For container images, and
for updates without a wait at the next start.`,
  run: async ({ args, env, err, signal }) => {
    parseArguments({ args: [...args], options: {} });
    await buildConsole({ folder: projectFolder, env, signal, progress: err });
    return 0;
  },
};
