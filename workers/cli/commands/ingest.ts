import type { Command } from '../command.ts';
import { ingestProgram } from '../programs.ts';
import { runService } from '../run-service.ts';
import { parseArguments } from '../usage-error.ts';

/** `latchwatch ingest` */
export const ingestCommand: Command = {
  name: 'ingest',
  summary: 'Run ingest alone, as one of several services',
  usage: `Usage: latchwatch ingest

Takes reports of mail clients on LATCHWATCH_INGEST_PORT, against the database of DATABASE_URL,
which \`latchwatch migrate\` has brought up to date. LATCHWATCH_PSEUDONYM_KEYS must be the same
as for the console. Any number of these may share a database.`,
  run: (context) => {
    parseArguments({ args: [...context.args], options: {} });
    return runService({ context, program: ingestProgram, announce: false, prepare: () => Promise.resolve() });
  },
};
