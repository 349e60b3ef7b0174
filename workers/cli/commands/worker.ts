import type { Command } from '../command.ts';
import { workerProgram } from '../programs.ts';
import { runService } from '../run-service.ts';
import { parseArguments } from '../usage-error.ts';

/** `latchwatch worker` */
export const workerCommand: Command = {
  name: 'worker',
  summary: 'Run a worker alone, as one of several services',
  usage: `Usage: latchwatch worker

Runs the worker, which probes and sends alerts, against the database of DATABASE_URL, which
\`latchwatch migrate\` has brought up to date. Any number of workers may share a database;
LATCHWATCH_VANTAGE names the place that each looks from.`,
  run: (context) => {
    parseArguments({ args: [...context.args], options: {} });
    return runService({ context, program: workerProgram, announce: false, prepare: () => Promise.resolve() });
  },
};
